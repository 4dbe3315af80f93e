import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { enginesEnded, whenUnlocked } from "./locks.ts";

/** A backend whose stack is locked by that process. */
function locked(pid: number, host = hostname()): { backend: string; lock: string } {
  const backend = mkdtempSync(join(tmpdir(), "lavlay-locks-"));
  onTestFinished(() => rmSync(backend, { recursive: true, force: true }));
  const folder = join(backend, ".pulumi", "locks", "organization", "lavlay", "local");
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, "0b0c.json");
  writeFileSync(lock, JSON.stringify({ pid, username: "us", hostname: host }));
  return { backend, lock };
}

function engine() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    argv0: "/opt/pulumi",
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

test("a stack that never was locked is free", async () => {
  expect(await enginesEnded(join(tmpdir(), "nowhere"))).toBe(false);
});

test.each([
  ["a dead process", () => spawnSync("true").pid],
  ["a process that is no engine", () => process.ppid],
])("the lock of %s is removed", async (_, pid) => {
  const { backend, lock } = locked(pid());
  expect(await enginesEnded(backend)).toBe(true);
  expect(existsSync(lock)).toBe(false);
});

test("another machine's lock is left to the engine", async () => {
  const { backend, lock } = locked(spawnSync("true").pid, "elsewhere");
  expect(await enginesEnded(backend)).toBe(false);
  expect(existsSync(lock)).toBe(true);
});

test("an engine at work is waited for, and told of once", async () => {
  const child = engine();
  const { backend } = locked(child.pid!);
  const told: number[] = [];
  const ended = enginesEnded(backend, {
    waiting: (pid) => {
      told.push(pid);
      setTimeout(() => child.kill("SIGKILL"), 250);
    },
  });
  expect(await ended).toBe(true);
  expect(told).toEqual([child.pid]);
});

test("the waiting has a limit, and a signal ends it", async () => {
  const { backend, lock } = locked(engine().pid!);
  await expect(enginesEnded(backend, { limitMs: 0 })).rejects.toThrow(/is still updating the stack/);
  await expect(enginesEnded(backend, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/aborted/);
  expect(existsSync(lock)).toBe(true);
});

const refused = new Error("could not create stack: the stack is currently locked by 1 lock(s).");

test("what the engine refused because of a lock runs again, once that engine has ended", async () => {
  const { backend, lock } = locked(0);
  rmSync(lock);
  const child = engine();
  let runs = 0;
  const work = () => {
    if (++runs > 1) return Promise.resolve(child.killed);
    writeFileSync(lock, JSON.stringify({ pid: child.pid, hostname: hostname() }));
    return Promise.reject(refused);
  };
  const told: string[] = [];
  const done = whenUnlocked(backend, work, {
    waiting: () => told.push("waiting") && child.kill("SIGKILL"),
    released: () => told.push("released"),
  });
  expect(await done).toBe(true);
  expect(runs).toBe(2);
  expect(told).toEqual(["waiting", "released"]);
});

test("of two that were refused at the same moment each runs again, though nobody is at work", async () => {
  const { backend, lock } = locked(0);
  rmSync(lock);
  let runs = 0;
  const work = () => (++runs > 3 ? Promise.resolve("done") : Promise.reject(refused));
  expect(await whenUnlocked(backend, work)).toBe("done");
  expect(runs).toBe(4);
});

test.each([
  ["another failure", refused, new Error("no such program"), hostname()],
  ["a lock of another machine", refused, refused, "elsewhere"],
])("%s ends it", async (_, first, last, host) => {
  const { backend, lock } = locked(process.ppid, hostname());
  let runs = 0;
  const work = () => {
    if (++runs === 1) return Promise.reject(first);
    if (host !== hostname()) writeFileSync(lock, JSON.stringify({ pid: process.ppid, hostname: host }));
    return Promise.reject(last);
  };
  await expect(whenUnlocked(backend, work)).rejects.toBe(last);
  expect(runs).toBe(2);
});
