import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { commandOf } from "../../local/lock.ts";

export interface UnlockedOptions extends EnginesEndedOptions {
  /** Is told that an engine was killed, whose lock is gone now. */
  released?: () => void;
}

/**
 * Runs what locks the stack once no other engine is at work on it, again for as long as the engine finds it locked: of
 * two that begin at the same moment it may refuse both. What another machine has locked is not waited for.
 */
export async function whenUnlocked<T>(
  backend: string,
  work: () => Promise<T>,
  { released, ...options }: UnlockedOptions = {},
): Promise<T> {
  for (;;) {
    if (await enginesEnded(backend, options)) released?.();
    try {
      return await work();
    } catch (error) {
      const locked = error instanceof Error && /stack is currently locked by/.test(error.message);
      if (!locked || readLocks(backend).some(({ here }) => !here)) throw error;
      // Two in step would go on refusing each other.
      await delay(Math.random() * 200, undefined, { signal: options.signal });
    }
  }
}

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
    const locks = readLocks(backend).filter(({ here }) => here);
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

/** The locks of the stack; `here` are those of this machine. */
function readLocks(backend: string): { file: string; pid: number; here: boolean }[] {
  const folder = join(backend, ".pulumi", "locks", "organization", "lavlay", "local");
  return filesIn(folder).flatMap((name) => {
    const file = join(folder, name);
    try {
      const lock = JSON.parse(readFileSync(file, "utf8")) as { pid: number; hostname: string };
      return [{ file, pid: lock.pid, here: lock.hostname === hostname() }];
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
