import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { commandOf } from "../../local/lock.ts";

export interface EnginesEndedOptions {
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** Is told once which engine is waited for. */
  waiting?: (pid: number) => void;
  /** Milliseconds to wait at most; default 5 minutes. */
  limitMs?: number;
}

/**
 * Waits until no engine is at work on the stack, and removes the locks of those that were killed. The engine itself
 * never does: it cannot know whether a lock is another machine's. True if there was such a lock.
 * @throws Error when an engine is still at work after the limit
 */
export async function enginesEnded(
  backend: string,
  { signal, waiting, limitMs = 5 * 60_000 }: EnginesEndedOptions = {},
): Promise<boolean> {
  const end = Date.now() + limitMs;
  let released = false;
  for (let told = false; ; told = true) {
    const locks = readLocks(backend);
    for (const { file } of locks.filter(({ pid }) => !isEngine(pid))) {
      rmSync(file, { force: true });
      // A lock that was waited for has gone in good order, or its engine was killed meanwhile.
      released = true;
    }
    const alive = locks.find(({ pid }) => isEngine(pid));
    if (!alive) return released;
    if (!told) waiting?.(alive.pid);
    if (Date.now() > end) {
      throw new Error(
        `Process ${alive.pid} is still updating the stack after ${limitMs / 1000} s. Wait for its end, or end it; then start again.`,
      );
    }
    await delay(100, undefined, { signal });
  }
}

/** A process id may have been given to somebody else since. */
const isEngine = (pid: number) => /(^|\/)pulumi( |$)/.test(commandOf(pid));

/** This machine's locks of the stack. */
function readLocks(backend: string): { file: string; pid: number }[] {
  const folder = join(backend, ".pulumi", "locks", "organization", "lavlay", "local");
  return filesIn(folder).flatMap((name) => {
    const file = join(folder, name);
    try {
      const lock = JSON.parse(readFileSync(file, "utf8")) as { pid: number; hostname: string };
      return lock.hostname === hostname() ? [{ file, pid: lock.pid }] : [];
    } catch {
      return []; // Removed meanwhile, or only half written.
    }
  });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return []; // Never locked.
  }
}
