import { describe, expect, it } from "vitest";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { costArguments } from "./arguments.ts";

function problems(...words: string[]): readonly Problem[] {
  try {
    costArguments(words);
  } catch (error) {
    if (error instanceof RefusedError) return error.problems;
    throw error;
  }
  return [];
}

describe("the command line of cost", () => {
  it("asks for every tier where nothing is named", () => {
    expect(costArguments([])).toEqual({
      stacks: [],
      tiers: ["free", "pro", "team", "enterprise"],
      users: undefined,
      json: false,
    });
  });

  it("names stacks and tiers, more than one, each once", () => {
    const words = "--stack dev --stack=prod --stack dev --tier team --users 5000 --json".split(" ");
    expect(costArguments(words)).toEqual({
      stacks: ["dev", "prod"],
      tiers: ["team"],
      users: 5000,
      json: true,
    });
  });

  it("asks for no tier beside a stack", () => {
    expect(costArguments(["--stack", "dev"]).tiers).toEqual([]);
  });

  it.each(["0", "-1", "1.5", "1e3", "many", "", "100000001"])("refuses %j users", (users) => {
    expect(problems(`--users=${users}`)).toMatchObject([{ key: "--users" }]);
  });

  it("tells everything that is wrong with it at once", () => {
    expect(problems("prod", "--tier", "huge", "--users", "x").map(({ key }) => key)).toEqual([
      "prod",
      "--tier",
      "--users",
    ]);
  });

  it.each([
    ["an unknown option", ["--user", "5"], "--user"],
    ["an option without its value", ["--stack"], "--stack"],
  ])("refuses %s by name", (_, words, key) => {
    expect(problems(...words)).toMatchObject([{ key }]);
  });
});
