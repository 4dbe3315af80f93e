import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { x } from "tinyexec";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What squawk advises and does not fit here, and why. */
const elsewhere: Record<string, string> = {
  "require-lock-timeout": "the runner sets one for every file",
  "require-statement-timeout": "an index of a large table takes its time, and blocks nobody meanwhile",
  "prefer-bigint-over-int": "counts of likes and points fit into an integer",
};
const here: Record<string, string> = {
  "pro/20260103000000_feed_view.sql require-concurrent-index-creation":
    "the view is made in the same transaction: nobody reads it yet",
  "pro/20260103000000_feed_view.down.sql ban-drop-table":
    "it says when the view was refreshed, and goes with it",
  "pro/20260103000400_slow_queries.down.sql ban-drop-table":
    "the counts that were compared with and what was slow: no client reads them",
  "team/20260104000400_points_partitions.sql renaming-table":
    "another table of that name is there in the same transaction",
};

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule_name: string;
  readonly message: string;
}

test("no statement blocks who writes, by squawk's rules", async () => {
  const files = readdirSync(join(root, "sql"), { recursive: true, encoding: "utf8" }).filter((file) =>
    /^(baseline|free|pro|team|enterprise)\/.*\.sql$/.test(file),
  );
  expect(files.length).toBeGreaterThan(20);
  const squawk = async (some: readonly string[], ...options: string[]) => {
    const { stdout } = await x(
      "node_modules/.bin/squawk",
      ["--reporter", "json", "--pg-version", "17.0", ...options, ...some.map((file) => `sql/${file}`)],
      { nodeOptions: { cwd: root } },
    );
    return JSON.parse(stdout) as Finding[];
  };
  // The runner puts a transaction around a file, unless its one statement refuses that.
  const alone = (file: string) => / index concurrently /.test(readFileSync(join(root, "sql", file), "utf8"));
  const findings = [
    ...(await squawk(files.filter(alone))),
    ...(await squawk(
      files.filter((file) => !alone(file)),
      "--assume-in-transaction",
    )),
  ];
  const named = findings
    .filter(({ rule_name }) => !(rule_name in elsewhere))
    .map(({ file, line, rule_name, message }) => ({ id: `${file.slice(4)} ${rule_name}`, line, message }));
  expect(named.filter(({ id }) => !(id in here))).toEqual([]);
  // An exception that is needed no more goes.
  expect(Object.keys(here).filter((id) => !named.some((finding) => finding.id === id))).toEqual([]);
});

test("squawk finds what it is asked to find", async () => {
  const { stdout } = await x("node_modules/.bin/squawk", ["--reporter", "json", "--pg-version", "17.0"], {
    nodeOptions: { cwd: root },
    stdin: "create index i on public.posts (content);",
  });
  expect(stdout).toContain("require-concurrent-index-creation");
});
