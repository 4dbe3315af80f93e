import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { x } from "tinyexec";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The last commit whose app was one page: a feed, with the whole of supabase-js and nothing kept between visits. */
export const BEFORE = "dd81bca";

/** A built app in a folder that is to be removed. */
export interface BuiltBefore {
  readonly directory: string;
  remove(): void;
}

/** Builds the app as it was, with today's libraries, in a temporary folder; undefined where that commit is not there. */
export async function buildBefore(environment: Record<string, string>): Promise<BuiltBefore | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-app-before-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, "app.tar");
    const paths = [
      "app",
      "functions/_shared",
      "infra/web",
      "infra/paths.ts",
      "infra/package.json",
      "package.json",
      "tsconfig.json",
    ];
    const made = await x("git", ["archive", "--output", archive, BEFORE, ...paths], {
      nodeOptions: { cwd: root },
    });
    if (made.exitCode !== 0) {
      remove();
      return undefined;
    }
    await x("tar", ["-xf", archive, "-C", folder], { throwOnError: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const directory = join(folder, "built");
    await x(process.execPath, ["--import", "tsx", "infra/web/vite-build.ts", directory], {
      nodeOptions: { cwd: folder, env: { ...process.env, ...environment } },
      throwOnError: true,
    });
    return { directory, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
