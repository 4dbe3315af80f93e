import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A file of dated lines that holds at most `maxBytes`, and as much again in `<file>.1`, which is older. */
export function openLog(file: string, maxBytes = 1024 * 1024): (line: string) => void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return (line) => {
    // The longest message that Supabase keeps.
    const text = `${new Date().toISOString()} ${line.slice(0, 10_000)}\n`;
    if (size > 0 && size + Buffer.byteLength(text) > maxBytes) {
      renameSync(file, `${file}.1`);
      size = 0;
    }
    appendFileSync(file, text, { mode: 0o600 });
    size += Buffer.byteLength(text);
  };
}
