import { expect, it } from "vitest";
import { isRefusal } from "../../catalog/problem.ts";
import { moveArguments } from "./arguments.ts";

const read = (...words: string[]) => moveArguments("demote", ["--stack", "prod", "--to", "pro", ...words]);
function problems(...words: string[]): string[] {
  try {
    moveArguments("demote", words);
    return [];
  } catch (error) {
    if (isRefusal(error)) return error.problems.map(({ key, value }) => `${key} ${value}`);
    throw error;
  }
}

it("takes no more than a stack and a tier", () => {
  expect(read()).toEqual({
    stack: "prod",
    to: "pro",
    set: [],
    accept: [],
    write: false,
    json: false,
    verbose: false,
  });
});

it("takes flags, and settings and losses more than once", () => {
  const words = [
    "--write",
    "--json",
    "--verbose",
    "--accept",
    "recovery-points",
    "--set=lavlay:a=1",
    "--set",
    "lavlay:b=",
  ];
  expect(read(...words)).toMatchObject({
    write: true,
    json: true,
    verbose: true,
    accept: ["recovery-points"],
    set: [{ key: "lavlay:a", path: ["lavlay:a"], value: 1 }, { key: "lavlay:b" }],
  });
});

it.each<[string, unknown]>([
  ["pro", "pro"],
  ["50", 50],
  ["1.5", 1.5],
  ["false", false],
  ['["ops@lavlay.com"]', ["ops@lavlay.com"]],
  ['{"a":[1]}', { a: [1] }],
  ['"50"', "50"],
  ["a=b", "a=b"],
  ["[half", "[half"],
  ["null", "null"],
  // Ids, which JSON would round or shorten.
  ["12345678901234567890123456789012", "12345678901234567890123456789012"],
  ["1e3", "1e3"],
  ["007", "007"],
])("reads the value %s", (text, value) => {
  expect(read("--set", `lavlay:supabase.plan=${text}`).set).toEqual([
    { key: "lavlay:supabase.plan", path: ["lavlay:supabase", "plan"], value },
  ]);
});

it("takes a key out where no value stands behind the sign", () => {
  expect(read("--set", "lavlay:supabase.plan=").set[0]).not.toHaveProperty("value");
});

it("tells all that is wrong at once, and no secret", () => {
  const set = [
    "x",
    "lavlay:tier=pro",
    "lavlay:databasePassword=hunter2",
    "lavlay:rateLimit.routes[0].path=/",
    "aws:region=x",
  ];
  const told = problems("--to", "huge", "--accept", "data", ...set.flatMap((word) => ["--set", word]));
  expect(told).toEqual([
    "--stack (missing)",
    "--to huge",
    "--set x",
    "--set lavlay:tier",
    "--set lavlay:databasePassword",
    "--set lavlay:rateLimit.routes[0].path",
    "--set aws:region",
    "--accept data",
  ]);
  expect(told.join()).not.toContain("hunter2");
});

it("says of an option that there is none, without the values of the others", () => {
  expect(
    problems("--stack", "prod", "--to", "pro", "--set", "lavlay:databasePassword=hunter2", "--wirte").join(),
  ).not.toContain("hunter2");
  expect(problems("--wirte")).toEqual([expect.stringContaining("--wirte")]);
  expect(problems("prod")).toEqual([expect.stringContaining("prod")]);
});
