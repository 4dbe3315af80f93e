import { execFileSync } from "node:child_process";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** How long two processes that take over the same dead lock may take to see each other. */
const settleMs = 100;

/**
 * Makes this process the only daemon on the lock's folder, until it ends. A lock that a killed daemon left is taken over.
 * @throws Error when another daemon runs or starts there.
 */
export async function lockFor(file: string): Promise<void> {
  // Written aside and linked into place: whoever sees the lock sees whose it is.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        linkSync(own, file);
        // Another one that found the same dead lock may have removed this one in its place.
        if (attempt > 0) await delay(settleMs);
        if (readOwner(file) !== process.pid) break;
        process.once("exit", () => rmSync(file, { force: true }));
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const owner = lockOwner(file);
      if (owner) throw new Error(`The local target is running already: process ${owner}.`);
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new Error(`Another start is under way: ${file} was taken at the same moment. Try again.`);
}

/** The daemon that holds this lock: starting, running or stopping. Undefined if none does. */
export function lockOwner(file: string): number | undefined {
  const pid = readOwner(file);
  return pid !== undefined && isDaemon(pid, dirname(file)) ? pid : undefined;
}

function readOwner(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined; // Not locked.
  }
}

/** Whether that process is the daemon of that folder; a process id may have been given to somebody else since. */
export function isDaemon(pid: number, directory: string): boolean {
  const command = commandOf(pid);
  return command.includes("daemon.ts") && command.includes(directory);
}

/** The command line of a process, its arguments joined by spaces; empty if there is no such process. */
export function commandOf(pid: number): string {
  if (!isAlive(pid)) return "";
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return execFileSync("ps", ["-wwo", "command=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return ""; // Ended meanwhile.
  }
}

/** Whether a process of that id exists. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
