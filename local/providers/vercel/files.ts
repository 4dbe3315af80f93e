import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { vercelError } from "./errors.ts";

/** Never uploaded, as with the real provider. */
const ignored =
  /^(\.git|\.hg|\.svn|\.cache|\.next|\.now|\.vercel|\.venv|node_modules|__pycache__|\.DS_Store|\.gitignore|\.vercelignore|\.npmignore|\.env\.local|\.env\..*\.local|npm-debug\.log)$/;

/** A folder's files as the provider lists them: path (starting with the folder's, as given) → `size~sha1`. */
export function listDirectory(root: string, path: string): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (folder: string): void => {
    for (const entry of readdirSync(resolve(root, folder), { withFileTypes: true })) {
      if (ignored.test(entry.name)) continue;
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) visit(inside);
      else if (statSync(resolve(root, inside)).isFile()) files[inside] = describeFile(root, inside);
    }
  };
  try {
    visit(path);
  } catch (error) {
    throw vercelError("directory", `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return Object.fromEntries(Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** `size~sha1` of one file. */
export function describeFile(root: string, path: string): string {
  const content = readFileSync(resolve(root, path));
  return `${content.length}~${sha1(content)}`;
}

export function sha1(content: Uint8Array): string {
  return createHash("sha1").update(content).digest("hex");
}

/** Where a file stands on the site: without the prefix, or without the `../` that lead out of the program's folder. */
export function sitePath(file: string, prefix: string | undefined): string {
  const path =
    prefix === undefined
      ? file.replace(/^(\.\.\/)+/, "")
      : file.startsWith(prefix)
        ? file.slice(prefix.length)
        : file;
  return path.replace(/^(\.?\/)+/, "");
}
