import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 200;
/** The holder touches its lock this often, and one not touched for `STALE_MS` is nobody's: its pid may be another's by now. */
const TOUCH_MS = 5_000;
const STALE_MS = 60_000;

/**
 * Runs `work` while holding a lock file that names this process; others wait, and `onWait` is told once for whom.
 * The lock of a process that died is taken over. It spares double work and is not what keeps the cache whole:
 * that is done by renames.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  onWait: (pid: number) => void = () => {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await acquire(path))) {
    const holder = await readHolder(path);
    if (holder === undefined) continue;
    if (holder.stale) {
      await discard(path);
      continue;
    }
    if (!told) onWait(holder.pid);
    told = true;
    await delay(POLL_MS);
  }
  const touch = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    await rm(path, { force: true });
  }
}

/** A link appears with its content at once, so no one ever reads a lock without a name. */
async function acquire(path: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Who holds the lock; undefined when it was just released. */
async function readHolder(path: string): Promise<{ pid: number; stale: boolean } | undefined> {
  try {
    const pid = Number(await readFile(path, "utf8"));
    const age = Date.now() - (await stat(path)).mtimeMs;
    return { pid, stale: !isAlive(pid) || age > STALE_MS };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Moves a dead process's lock away before removing it: of two that see it, one gets it. */
async function discard(path: string): Promise<void> {
  const away = `${path}.${randomUUID()}`;
  await rename(path, away).catch(() => {});
  await rm(away, { force: true });
}
