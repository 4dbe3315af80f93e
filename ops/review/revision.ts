import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { RefusedError } from "../../catalog/problem.ts";
import { projectRoot } from "../root.ts";

const run = promisify(execFile);

/**
 * Lets `work` have that revision's files in a folder outside of the checkout, with this checkout's dependencies, and
 * removes it afterwards.
 * @param option the option that named the revision, for the refusal
 * @throws RefusedError when git knows no such revision
 */
export async function withRevision<T>(
  ref: string,
  option: string,
  work: (root: string) => Promise<T>,
): Promise<T> {
  const commit = await commitOf(ref, option);
  const root = mkdtempSync(join(tmpdir(), "lavlay-review-"));
  try {
    const archive = join(root, "revision.tar");
    await run("git", ["archive", "--format=tar", `--output=${archive}`, commit], { cwd: projectRoot });
    await extract({ file: archive, cwd: root });
    rmSync(archive);
    symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"));
    return await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function commitOf(ref: string, option: string): Promise<string> {
  try {
    const { stdout } = await run("git", ["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`], {
      cwd: projectRoot,
    });
    return stdout.trim();
  } catch {
    throw new RefusedError("The review", [
      {
        key: option,
        value: ref,
        limit: "git knows no such revision here",
        fix: "Name a branch, tag or commit; in a shallow clone, fetch it first.",
      },
    ]);
  }
}
