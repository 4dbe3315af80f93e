import { spawnSync } from "node:child_process";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLock } from "./lock.ts";
import { testFolder } from "./test-folder.ts";

test("one after the other, the waiting told for whom, and the lock is gone at the end", async () => {
  const path = join(testFolder(), "deep/lock");
  const order: string[] = [];
  let told = (_pid: number) => {};
  const waiting = new Promise<number>((resolve) => (told = resolve));
  const first = withLock(path, async () => {
    order.push("first in");
    expect(await waiting).toBe(process.pid);
    order.push("first out");
  });
  await expect.poll(() => order).toEqual(["first in"]);
  await withLock(path, async () => void order.push("second"), told);
  await first;
  expect(order).toEqual(["first in", "first out", "second"]);
  expect(existsSync(path)).toBe(false);
});

test("released when the work fails", async () => {
  const path = join(testFolder(), "lock");
  await expect(withLock(path, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await withLock(path, async () => "again")).toBe("again");
});

test("takes over from a process that died, and from one that stopped touching its lock", async () => {
  const path = join(testFolder(), "lock");
  writeFileSync(path, String(spawnSync("true").pid));
  expect(await withLock(path, async () => 1)).toBe(1);

  writeFileSync(path, String(process.pid));
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(path, longAgo, longAgo);
  expect(await withLock(path, async () => 2)).toBe(2);
});
