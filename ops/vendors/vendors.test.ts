import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterEach, expect, test } from "vitest";
import { seedAccounts } from "../../local/seed.ts";
import { createCloudflareApi } from "../../local/services/cloudflare-api/cloudflare-api.ts";
import { createVercelApi } from "../../local/services/vercel-api/vercel-api.ts";
import { Store } from "../../local/state/store.ts";
import { serve } from "../../testing/serve.ts";
import { cloudflareClient } from "./cloudflare.ts";
import { vercelClient } from "./vercel.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function store(): Store {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-vendors-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const made = new Store(join(folder, "state.json"));
  seedAccounts(made);
  return made;
}

async function urlOf(listener: RequestListener): Promise<string> {
  const { url, close } = await serve(listener);
  undo.push(close);
  return url;
}

async function cloudflare(made: Store, token = "right") {
  const app = createCloudflareApi({ store: made, token: "right" });
  return cloudflareClient(`${await urlOf(getRequestListener(app.fetch))}/client/v4`, token);
}

function withCloudflare(made: Store, change: object): void {
  const accounts = made.collection("accounts");
  const found = accounts.get("accounts")!;
  accounts.put("accounts", { ...found, cloudflare: { ...found.cloudflare, ...change } });
}

test("a list is read to its last page", async () => {
  const made = store();
  const zones = Array.from({ length: 120 }, (_, n) => ({
    id: `zone-${n}`,
    name: `${n}.example`,
    plan: "free" as const,
  }));
  withCloudflare(made, { zones });
  const listed = await (await cloudflare(made)).list<{ id: string }>("/zones");
  expect(listed.map(({ id }) => id)).toEqual(zones.map(({ id }) => id));
});

test("a refusal tells the vendor, its code and its words, and never the token", async () => {
  const made = store();
  await expect((await cloudflare(made, "wrong-token")).call("/zones")).rejects.toThrow(
    /^Cloudflare answered 401 \(code 1000\) to GET \/zones: Invalid API Token$/,
  );
  withCloudflare(made, { token: { permissions: ["DNS Write"] } });
  await expect((await cloudflare(made)).call("/zones")).rejects.toMatchObject({ status: 403, code: "10000" });
  withCloudflare(made, { token: { status: "expired" } });
  await expect((await cloudflare(made)).call("/user/tokens/verify")).rejects.toMatchObject({ status: 401 });
});

test("Vercel's refusals have a code in words", async () => {
  const app = createVercelApi({ store: store(), token: "right" });
  const url = await urlOf(getRequestListener(app.fetch));
  expect(await vercelClient(url, "right").call("/v2/user")).toMatchObject({
    user: { billing: { plan: "hobby" } },
  });
  await expect(vercelClient(url, "wrong").call("/v2/user")).rejects.toMatchObject({
    status: 403,
    code: "forbidden",
  });
});

test("a busy vendor is asked again, but never for what changes something", async () => {
  let asked = 0;
  const url = await urlOf((_request, response) => {
    asked++;
    if (asked % 2 === 1) response.writeHead(429, { "retry-after": "0" }).end("{}");
    else response.end("{}");
  });
  const client = vercelClient(url, "any");
  expect(await client.call("/v2/user")).toEqual({});
  expect(asked).toBe(2);
  await expect(client.call("/v2/user", { method: "POST" })).rejects.toMatchObject({ status: 429 });
  expect(asked).toBe(3);
});

test("a vendor that cannot be reached is told by its name", async () => {
  const { url, close } = await serve(() => {});
  await close();
  await expect(vercelClient(url, "any").call("/v2/user", { method: "POST" })).rejects.toThrow(
    /^Vercel did not answer to POST \/v2\/user: ECONNREFUSED$/,
  );
});
