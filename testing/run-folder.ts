import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** All that a run of the tests keeps for a while lies in one folder, which goes with it: also what a killed process left. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-"));
  chmodSync(folder, 0o755); // Root's Postgres runs as somebody else.
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
