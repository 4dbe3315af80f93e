import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Which top folders a folder may import; itself always. */
const arrows: Record<string, readonly string[]> = {
  app: [],
  bench: ["engine", "infra", "local", "ops", "testing"],
  catalog: [],
  engine: ["testing"],
  functions: [],
  infra: ["catalog"],
  local: ["catalog", "testing"],
  ops: ["infra", "catalog", "engine", "bench", "testing"],
  sdks: [],
  sql: [],
  testing: ["engine", "local", "ops"],
};

/** What two parts must agree on stands in one file, which both import. */
const shared = new Set(["functions/_shared/upload-rules.ts", "functions/_shared/image-sizes.ts"]);
/** The local target's own start, and the journey through it. */
const start = /^(ops\/(local|verbs)\/|ops\/pulumi)/;
/** Tests may start what they test against. */
const endToEnd = /\.test\.tsx?$|\/testing\//;

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g)].map(([, path = ""]) =>
    normalize(join(dirname(file), path)),
  );
}

it("imports go one way", () => {
  const files = execFileSync("git", ["ls-files", "*.ts", "*.tsx"], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n");
  const wrong = files.flatMap((file) => {
    const folder = file.split("/")[0] ?? "";
    const allowed = arrows[folder];
    if (!allowed) return [];
    return imports(file)
      .filter((target) => {
        const other = target.split("/")[0] ?? "";
        if (!(other in arrows) || other === folder || allowed.includes(other) || shared.has(target))
          return false;
        return !endToEnd.test(file) && !(other === "local" && start.test(file));
      })
      .map((target) => `${file} → ${target}`);
  });
  expect(wrong).toEqual([]);
});
