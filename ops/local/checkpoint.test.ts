import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { restoreCheckpoint } from "./checkpoint.ts";

function backendWith(checkpoint: string | undefined, backup: string | undefined) {
  const backend = mkdtempSync(join(tmpdir(), "backend-"));
  const folder = join(backend, ".pulumi", "stacks", "lavlay");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "local.json");
  if (checkpoint !== undefined) writeFileSync(file, checkpoint);
  if (backup !== undefined) writeFileSync(`${file}.bak`, backup);
  return { backend, file };
}

it.each([
  ["empty", ""],
  ["cut off", '{"version": 3, "checkp'],
  ["missing", undefined],
])("a checkpoint that is %s is replaced by its backup", (_name, checkpoint) => {
  const { backend, file } = backendWith(checkpoint, '{"version":3}');
  expect(restoreCheckpoint(backend)).toBe(true);
  expect(readFileSync(file, "utf8")).toBe('{"version":3}');
});

it("a whole one stays, whatever the backup", () => {
  const { backend, file } = backendWith('{"version":4}', '{"version":3}');
  expect(restoreCheckpoint(backend)).toBe(false);
  expect(readFileSync(file, "utf8")).toBe('{"version":4}');
});

it("nothing is done before the first update", () => {
  expect(restoreCheckpoint(backendWith(undefined, undefined).backend)).toBe(false);
});
