import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startVitest } from "vitest/node";
import TotalsReporter, { formatTotals } from "./reporter.ts";

const SKIP = fileURLToPath(new URL("skip.ts", import.meta.url));
let folder: string;

// Inside the repository, where a test file finds vitest.
beforeEach(() => {
  folder = mkdtempSync(fileURLToPath(new URL(".run-", import.meta.url)));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a real vitest on these files and returns what the reporter printed. */
async function report(files: Record<string, string>): Promise<string> {
  const head = `import { afterAll, beforeAll, describe, expect, test } from "vitest";\nimport { describeUnless } from ${JSON.stringify(SKIP)};\n`;
  for (const [name, body] of Object.entries(files)) writeFileSync(join(folder, name), head + body);
  const printed: string[] = [];
  const reporter = new TotalsReporter({ print: (text) => printed.push(text) });
  const exitCode = process.exitCode;
  const vitest = await startVitest("test", [], {
    root: folder,
    config: false,
    watch: false,
    include: ["*.check.ts"],
    reporters: [reporter],
  });
  await vitest.close();
  // A failure inside of the run under test is not one of ours.
  process.exitCode = exitCode;
  return printed.join("\n");
}

test("the last line counts what passed, failed and was skipped", async () => {
  const printed = await report({
    "a.check.ts": `
      test("one", () => {});
      test("two", () => expect(1).toBe(2));
      test.todo("three");`,
    "b.check.ts": `test("four", () => {});`,
  });
  expect(printed.split("\n").at(-1)).toBe("2 passed, 1 failed, 1 skipped");
});

test("each skipped test is listed with its reason", async () => {
  const printed = await report({
    "a.check.ts": `
      test("a page opens", (context) => context.skip("no browser"));
      describeUnless("no engine", "up", () => {
        beforeAll(() => { throw new Error("must not run"); });
        test("creates", () => {});
        describe("twice", () => test("changes nothing", () => {}));
      });
      describeUnless(undefined, "down", () => test("removes", () => {}));
      test.skip("old", () => {});`,
  });
  expect(printed).toContain(
    [
      "Skipped:",
      "  no browser:",
      "    - a.check.ts > a page opens",
      "  no engine:",
      "    - a.check.ts > up > creates",
      "    - a.check.ts > up > twice > changes nothing",
      "  no reason given:",
      "    - a.check.ts > old",
    ].join("\n"),
  );
  expect(printed.split("\n").at(-1)).toBe("1 passed, 0 failed, 4 skipped");
});

test("a file that cannot be loaded and a hook that breaks count as failed", async () => {
  const printed = await report({
    "a.check.ts": `throw new Error("broken");`,
    "b.check.ts": `describe("group", () => { beforeAll(() => { throw new Error("hook"); }); test("one", () => {}); });`,
  });
  expect(printed.split("\n").at(-1)).toBe("0 passed, 2 failed, 1 skipped");
});

test("nothing to run is all zeros", () => {
  expect(formatTotals({ passed: 0, failed: 0, skipped: 0 })).toBe("0 passed, 0 failed, 0 skipped");
});
