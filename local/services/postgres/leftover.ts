import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { writeAtomically } from "../../state/store.ts";

/**
 * Stops the server that a killed process left behind on this data directory, if there is one.
 * The process named in `postmaster.pid` is only signalled when it really is a Postgres on that very directory: after
 * a reboot the number may be anyone's, or a zombie's. Postgres would then refuse to start, so the file is made to name
 * this process: Postgres takes its parent's number for stale, and still sees by the rest of the file whether processes
 * of the old server are at work.
 * @param data Postgres's data directory
 */
export async function stopLeftover(data: string, log: (line: string) => void): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = readPid(file);
  if (pid === undefined || !isAlive(pid)) return; // Postgres itself clears the file of a dead process.
  if (!isPostgresOn(data, pid)) {
    const [, ...rest] = readFileSync(file, "utf8").split("\n");
    writeAtomically(file, [process.pid, ...rest].join("\n"));
    return;
  }
  log(`stopping the server that an earlier run left behind (process ${pid})`);
  // Fast shutdown, then immediate shutdown (recovers from the log at the next start), then by force.
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    trySignal(pid, signal);
    if (await isGone(pid, 10_000)) return;
  }
  throw new Error(`The Postgres server with process id ${pid} does not stop. Stop it, then start again.`);
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether that process is a Postgres server started on that data directory. */
export function isPostgresOn(data: string, pid: number): boolean {
  const command = commandLine(pid);
  return /\bpostgres\b/.test(command) && [data, realpathSync(data)].some((path) => command.includes(path));
}

/** Arguments joined by spaces; empty when there is no such process. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    try {
      return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    } catch {
      return "";
    }
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile.
  }
}

/** A zombie has a number, but runs no more and has no command line. */
export function isRunning(pid: number): boolean {
  return isAlive(pid) && commandLine(pid) !== "";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isGone(pid: number, limitMs: number): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(20)) {
    if (!isRunning(pid)) return true;
  }
  return false;
}
