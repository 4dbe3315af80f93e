import { expect, test } from "vitest";
import type { Call, VendorClient } from "../vendors/client.ts";
import { VendorRefusal } from "../vendors/refusal.ts";
import { goBack } from "./go-back.ts";

const moment = new Date("2026-01-31T09:30:00Z");
const refused = (status: number) => new VendorRefusal("Supabase", status, undefined, "no", "GET /");

/** A project that says these one after the other, the last one for ever, and what it was asked to do. */
function saying(...statuses: (string | Error)[]) {
  const asked: unknown[] = [];
  const call = (path: string, { method, body }: Call = {}) => {
    if (method === "POST") return Promise.resolve(asked.push([path, body]) as never);
    const [status] = statuses.length > 1 ? statuses.splice(0, 1) : statuses;
    return status instanceof Error ? Promise.reject(status) : Promise.resolve({ status } as never);
  };
  const client: VendorClient = { call, body: call };
  const seen: string[] = [];
  const progress = (status: string) => void seen.push(status);
  const run = (limits: { beginMs?: number; limitMs?: number } = {}) =>
    goBack(client, "abcdef", moment, { progress, pauseMs: 1, ...limits });
  return { asked, seen, run };
}

test("asks once, for the second, and waits until the project is healthy again", async () => {
  const { asked, seen, run } = saying("RESTORING", "COMING_UP", "ACTIVE_HEALTHY");
  await run();
  expect(asked).toEqual([
    ["/v1/projects/abcdef/database/backups/restore-pitr", { recovery_time_target_unix: 1_769_851_800 }],
  ]);
  expect(seen).toEqual(["RESTORING", "COMING_UP", "ACTIVE_HEALTHY"]);
});

test("does not take the time before it begins for its end", async () => {
  const { seen, run } = saying("ACTIVE_HEALTHY", "ACTIVE_HEALTHY", "RESTORING", "ACTIVE_HEALTHY");
  await run();
  expect(seen).toHaveLength(4);
});

test("gives up where it never begins, and says how to go on", async () => {
  const { asked, run } = saying("ACTIVE_HEALTHY");
  await expect(run({ beginMs: 20 })).rejects.toThrow(/still says ACTIVE_HEALTHY.*--reapply in place of --to/);
  expect(asked).toHaveLength(1);
});

test("gives up where it takes too long", async () => {
  await expect(saying("RESTORING").run({ limitMs: 20 })).rejects.toThrow("still says RESTORING");
});

test("tells that it has failed", async () => {
  await expect(saying("RESTORING", "RESTORE_FAILED").run()).rejects.toThrow("the restore has failed");
});

test.each([0, 429, 500, 503])("goes on waiting where the answer is %i", async (status) => {
  const { seen, run } = saying("RESTORING", refused(status), refused(status), "ACTIVE_HEALTHY");
  await run();
  expect(seen).toEqual(["RESTORING", "no answer", "no answer", "ACTIVE_HEALTHY"]);
});

test("ends where it is no longer let in", async () => {
  await expect(saying("RESTORING", refused(401)).run()).rejects.toThrow("answered 401");
});
