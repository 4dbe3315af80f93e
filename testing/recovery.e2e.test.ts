import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runDemo } from "../local/demo/demo.ts";
import { runningDaemon } from "../local/process.ts";
import { checkOut, type Checkout } from "./checkout.ts";
import { until } from "./until.ts";

/** What the local target has recorded of one kind. */
function records(checkout: Checkout, collection: string): object[] {
  const file = join(checkout.local, "state.json");
  if (!existsSync(file)) return []; // Not started yet.
  const state = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, object>>;
  return Object.values(state[collection] ?? {});
}

describe("an update that is killed, stopped or met by another", () => {
  let checkout: Checkout;
  beforeEach(() => {
    checkout = checkOut();
  });
  afterEach(() => checkout.remove());

  /** Everything is there, once, and works; and the engine agrees. */
  async function expectRecovered(): Promise<void> {
    const started = await checkout.lavlay(["start", "--detach", "--json"]);
    expect(started.exitCode, started.stderr).toBe(0);
    for (const collection of [
      "r2Buckets",
      "accountTokens",
      "projects",
      "edgeFunctions",
      "webProjects",
      "webDomains",
      "deployments",
    ]) {
      expect(records(checkout, collection), collection).toHaveLength(1);
    }
    const { exitCode, stdout } = await checkout.pulumi(["preview", "--expect-no-changes"]);
    expect(exitCode, stdout).toBe(0);
    const outputs = JSON.parse((await checkout.pulumi(["stack", "output", "--json"])).stdout) as Record<
      string,
      unknown
    >;
    expect((await runDemo(checkout.local, outputs)).filter(({ ok }) => !ok)).toEqual([]);
  }

  const recorded = (collection: string) =>
    until(`${collection} recorded`, () => records(checkout, collection).length > 0);

  it.each(["accountTokens", "projects", "edgeFunctions"])(
    "the daemon, as soon as it has recorded %s: the next start finishes the work",
    async (collection) => {
      const start = checkout.lavlay(["start", "--detach"]);
      await recorded(collection);
      process.kill(runningDaemon(checkout.local)!.pid, "SIGKILL");
      expect((await start).exitCode).not.toBe(0);
      await expectRecovered();
    },
  );

  it.each(["r2Buckets", "projects", "deployments"])(
    "the engine, as soon as %s is recorded: the next start finishes the work",
    async (collection) => {
      const start = checkout.lavlay(["start", "--detach"]);
      await recorded(collection);
      process.kill(engineAtWork(checkout), "SIGKILL");
      expect((await start).exitCode).not.toBe(0);
      await expectRecovered();
    },
  );

  it("the engine's state is renamed into place, file by file: no kill can leave one half written", async () => {
    expect((await checkout.lavlay(["start", "--detach"])).exitCode).toBe(0);
    const files = readdirSync(join(checkout.local, "pulumi"), { recursive: true, encoding: "utf8" });
    expect(files).toContain(join(".pulumi", "stacks", "lavlay", "local.json"));
    // What is written in place is the backend's metadata, in a file beside each.
    expect(files.filter((file) => file.endsWith(".attrs"))).toEqual([]);
  });

  it("stopped, started and reset in the middle of updates: each start goes on from what is there", async () => {
    const first = checkout.lavlay(["start", "--detach"]);
    await recorded("projects");
    const stopped = await checkout.lavlay(["stop"]);
    expect(stopped.exitCode, stopped.stderr).toBe(0);
    const interrupted = await first;
    expect(interrupted.exitCode).toBe(1);
    expect(interrupted.stderr).toContain("The local target ended while the stack was being applied");

    const second = checkout.lavlay(["start", "--detach"]);
    await recorded("edgeFunctions");
    const reset = await checkout.lavlay(["reset", "--yes"]);
    expect(reset.exitCode, reset.stderr).toBe(0);
    expect((await second).exitCode).toBe(1);
    expect(existsSync(checkout.local)).toBe(false);
    await expectRecovered();
  });

  it("two starts at the same moment: one daemon, and both end well", async () => {
    const starts = await Promise.all([1, 2].map(() => checkout.lavlay(["start", "--detach", "--json"])));
    for (const { exitCode, stderr } of starts) expect(exitCode, stderr).toBe(0);
    expect(starts[0]?.stdout).toBe(starts[1]?.stdout);
    const log = readFileSync(join(checkout.local, "log", "daemon.log"), "utf8");
    expect(log.match(/ ready: process/g)).toHaveLength(1);
    await expectRecovered();
  });
});

/** The process that holds the engine's lock on the stack. */
function engineAtWork({ local }: Checkout): number {
  const folder = join(local, "pulumi", ".pulumi", "locks", "organization", "lavlay", "local");
  const [name = ""] = readdirSync(folder);
  return (JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number }).pid;
}
