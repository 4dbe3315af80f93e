import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseRunbook } from "./parse-runbook.ts";
import { openRunbook } from "./runbook.ts";

const folder = fileURLToPath(new URL("../../docs/runbooks", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
const read = (name: string) => parseRunbook(readFileSync(join(folder, name), "utf8"));
const followed = readFileSync(fileURLToPath(new URL("runbooks.e2e.test.ts", import.meta.url)), "utf8");

test("there is one for each of what the operator has to do", () => {
  expect(names.sort()).toEqual([
    "README.md",
    "compromised-token.md",
    "first-deployment.md",
    "promotion.md",
    "provider-outage.md",
    "restore.md",
    "rollback.md",
    "taking-over.md",
  ]);
  const linked = read("README.md").links.map((link) => link.split("#")[0]);
  expect(names.filter((name) => name !== "README.md" && !linked.includes(name))).toEqual([]);
});

describe.each(names)("%s", (name) => {
  const { blocks, words, links } = read(name);

  test("is followed to its end by the test on the local target, where it has commands", () => {
    if (blocks.length === 0) return expect(name).toBe("README.md");
    expect(followed.includes(`"${name}"`)).toBe(true);
  });

  test("begins with the stack's name", () => {
    if (blocks.length > 0) expect(blocks[0]?.text.split("\n")[0]).toBe("export STACK=prod");
    // It is named nowhere else, or another stack would be met than the one filled in.
    for (const { commands } of blocks) expect(commands).not.toMatch(/\b(prod|local|dev)\b/);
  });

  test("has its commands in blocks that are run, and none in a sentence", () => {
    expect(blocks.filter(({ language }) => language !== "sh" && language !== "sql")).toEqual([]);
    const command = /^(npm|npx|node|pulumi|git|curl|psql|supabase|vercel|export) /;
    expect(words.filter((each) => command.test(each))).toEqual([]);
  });

  test("links to what is there", () => {
    const dead = links.filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? name : file;
      if (!existsSync(join(folder, target))) return true;
      return anchor !== undefined && !read(target).anchors.includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

describe("the parser", () => {
  test("knows blocks within lists, what is filled in, and sentences", () => {
    const parsed = parseRunbook(
      [
        "# The `up` that failed",
        "1. Do `this`, see [there](other.md#a) and [here](https://a.b).",
        "",
        "   ```sh",
        "   export STACK=prod # the stack",
        "   npm run a -- $STACK",
        "     indented `code`",
        "   ```",
        "```sql",
        "select 1;",
        "```",
      ].join("\n"),
    );
    expect(parsed).toEqual({
      blocks: [
        {
          language: "sh",
          text: "export STACK=prod # the stack\nnpm run a -- $STACK\n  indented `code`",
          commands: "npm run a -- $STACK\n  indented `code`",
          variables: ["STACK"],
          line: 4,
        },
        { language: "sql", text: "select 1;", commands: "select 1;", variables: [], line: 9 },
      ],
      words: ["up", "this"],
      links: ["other.md#a"],
      anchors: ["the-up-that-failed"],
    });
  });

  test("a block that does not end is told, not swallowed", () => {
    expect(() => parseRunbook("```sh\nnpm run a")).toThrow("The block of line 1 does not end.");
  });
});

describe("a runbook that is followed", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "lavlay-runbook-"));
    mkdirSync(join(root, "docs", "runbooks"), { recursive: true });
    const sh = (...lines: string[]) => ["```sh", ...lines, "```"].join("\n");
    writeFileSync(
      join(root, "docs", "runbooks", "a.md"),
      [
        sh("export STACK=prod"),
        sh('echo "stack $STACK"', "cat"),
        sh("false | cat", "echo on"),
        sh("exit 3"),
      ].join("\n\n"),
    );
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const follow = (fillIn: Record<string, string> = { STACK: "local" }) =>
    openRunbook("a.md", { root, environment: { PATH: process.env["PATH"] }, fillIn });

  test("runs each block with what was filled in, and ends as it is expected to", async () => {
    const runbook = follow();
    expect((await runbook.run("echo", { input: "typed" })).stdout).toBe("stack local\ntyped");
    await runbook.run("false", { exitCode: 1 });
    await runbook.run("exit 3", { exitCode: 3 });
    runbook.end();
  });

  test("fails with what was left out, at its end or in between, and with a block that fails", async () => {
    const runbook = follow();
    expect(() => runbook.end()).toThrow("a.md:5");
    await expect(runbook.run("exit 3")).rejects.toThrow("a.md:5");
    await expect(runbook.run("false")).rejects.toThrow("a.md:10");
  });

  test("fails where something is not filled in, or is filled in that nobody asks for", () => {
    expect(() => follow({})).toThrow("what is to be filled in");
    expect(() => follow({ STACK: "local", MOMENT: "now" })).toThrow("what is to be filled in");
  });
});
