import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterEach, expect, test } from "vitest";
import type { FunctionCall } from "../../local/services/functions/calls.ts";
import { createManagementApi } from "../../local/services/management-api/management-api.ts";
import { Store } from "../../local/state/store.ts";
import { serve } from "../../testing/serve.ts";
import { functionStatistics } from "./function-logs.ts";
import { supabaseClient } from "./supabase.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const ref = "abcdefghijklmnopqrst";

async function supabase(calls: readonly FunctionCall[]) {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-logs-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const store = new Store(join(folder, "state.json"));
  store.collection("projects").put(ref, {
    urn: "urn",
    ref,
    name: "lavlay",
    organizationId: "local",
    region: "eu-west-1",
    databasePassword: "",
    instanceSize: "micro",
  });
  const app = createManagementApi({ store, token: "right", functionCalls: () => calls });
  const { url, close } = await serve(getRequestListener(app.fetch));
  undo.push(close);
  return supabaseClient(url, "right");
}

const minute = 60_000;
const call = (slug: string, status: number, milliseconds: number, minutesAgo = 1): FunctionCall => ({
  at: Date.now() - minutesAgo * minute,
  slug,
  method: "POST",
  path: `/functions/v1/${slug}`,
  status,
  milliseconds,
});

test("tells each function's errors and latency of the time asked for, the worst first", async () => {
  const client = await supabase([
    call("upload-media", 500, 9_000, 3 * 60),
    ...Array.from({ length: 19 }, () => call("upload-media", 200, 40)),
    call("upload-media", 200, 900),
    ...[200, 401, 500, 504].map((status) => call("send-email", status, 10)),
    call("process-jobs/x", 200, 70),
  ]);
  expect(await functionStatistics(client, ref, 1)).toEqual([
    { slug: "send-email", calls: 4, errors: 2, p95Milliseconds: 10 },
    { slug: "process-jobs", calls: 1, errors: 0, p95Milliseconds: 70 },
    { slug: "upload-media", calls: 20, errors: 0, p95Milliseconds: 40 },
  ]);
  expect(await functionStatistics(client, ref, 24)).toContainEqual({
    slug: "upload-media",
    calls: 21,
    errors: 1,
    p95Milliseconds: 900,
  });
});

test("of more than a thousand calls the newest count", async () => {
  const client = await supabase([
    ...Array.from({ length: 500 }, () => call("upload-media", 500, 1, 3)),
    ...Array.from({ length: 1000 }, () => call("upload-media", 200, 1, 1)),
  ]);
  expect(await functionStatistics(client, ref, 1)).toMatchObject([{ calls: 1000, errors: 0 }]);
});

test("logs that cannot be read are an error, not a function without errors", async () => {
  const client = await supabase([]);
  await expect(functionStatistics(client, "zzzzzzzzzzzzzzzzzzzz", 1)).rejects.toThrow("Project not found");
  await expect(functionStatistics(client, ref, 25)).rejects.toThrow("24 hours");
  expect(
    await client.call(`/v1/projects/${ref}/analytics/endpoints/logs.all`, {
      query: { sql: "select event_message from postgres_logs" },
    }),
  ).toEqual({ result: null, error: expect.stringContaining("does not know this query") });
});
