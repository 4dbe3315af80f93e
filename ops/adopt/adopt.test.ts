import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { readStackFile, type StackFile } from "../../infra/settings/stack-file.ts";
import { byPrefix } from "../../local/listen.ts";
import { seedAccounts } from "../../local/seed.ts";
import { createCloudflareApi } from "../../local/services/cloudflare-api/cloudflare-api.ts";
import { createManagementApi } from "../../local/services/management-api/management-api.ts";
import { createVercelApi } from "../../local/services/vercel-api/vercel-api.ts";
import { Store } from "../../local/state/store.ts";
import { projectRoot } from "../root.ts";
import { planAdoption, type AdoptOptions } from "./adopt.ts";

const accountId = "0000000000000000000000000010ca10";
const zoneId = "0000000000000000000000000020ca10";
const ref = "abcdefghijklmnopqrst";

let store: Store;
let environment: NodeJS.ProcessEnv;
const undo: (() => unknown)[] = [];

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-adopt-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  store = new Store(join(folder, "state.json"));
  seedAccounts(store);
  const listener = byPrefix(getRequestListener(createManagementApi({ store, token: "token" }).fetch), {
    "/cloudflare": getRequestListener(createCloudflareApi({ store, token: "token" }).fetch),
    "/vercel": getRequestListener(createVercelApi({ store, token: "token" }).fetch),
  });
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => server.close());
  environment = {
    LAVLAY_LOCAL_MANAGEMENT_PORT: String((server.address() as AddressInfo).port),
    CLOUDFLARE_API_TOKEN: "token",
    SUPABASE_ACCESS_TOKEN: "token",
    VERCEL_API_TOKEN: "token",
  };
});
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** The stack `local`, with some of its keys changed. */
function configured(changes: Record<string, unknown> = {}): StackFile {
  const { values, secretKeys } = readStackFile(projectRoot, "local");
  const changed = Object.entries(changes).map(([key, value]) => [`lavlay:${key}`, JSON.stringify(value)]);
  return { values: { ...values, ...Object.fromEntries(changed) }, secretKeys };
}

const plan = (options: Partial<AdoptOptions> = {}) =>
  planAdoption({ stack: "local", environment, owned: new Set(), file: configured(), ...options });

const takeover = async (name: string, options?: Partial<AdoptOptions>) =>
  (await plan(options)).takeovers.find((each) => each.name === name);

function madeBucket(change: object = {}): void {
  const bucket = {
    urn: "",
    accountId,
    name: "lavlay-media-local",
    jurisdiction: "default",
    location: "weur",
    storageClass: "Standard",
    creationDate: "2026-01-01T00:00:00.000Z",
    ...change,
  };
  store.collection("r2Buckets").put(`${accountId}/${bucket.jurisdiction}/${bucket.name}`, bucket);
}

function madeProject(change: object = {}): void {
  store.collection("projects").put(ref, {
    urn: "",
    ref,
    name: "lavlay-local",
    organizationId: "local",
    region: "eu-west-1",
    databasePassword: "correct horse",
    instanceSize: "nano",
    ...change,
  });
}

const madeWebProject = (name = "lavlay-local") =>
  store.collection("webProjects").put("prj_1", { urn: "", id: "prj_1", name, properties: { name } });

test("where nothing exists, only what a zone has from the start is taken over", async () => {
  const { takeovers, refused } = await plan();
  expect(refused).toEqual([]);
  const zoneSettings = ["edge-always-use-https", "edge-min-tls-version", "edge-ssl", "edge-tls-1-3"];
  expect(takeovers.filter(({ fate }) => fate !== "new").map(({ name }) => name)).toEqual(zoneSettings);
});

test("what is the same is imported and nothing of it is kept back", async () => {
  madeBucket();
  expect(await takeover("media-bucket")).toEqual({
    name: "media-bucket",
    type: "cloudflare:index/r2Bucket:R2Bucket",
    fate: "import",
    id: `${accountId}/lavlay-media-local/default`,
    differences: [],
    refused: [],
    adoption: { import: `${accountId}/lavlay-media-local/default` },
  });
});

test("what differs is told and stays; what nobody declares stays too", async () => {
  madeBucket({ storageClass: "InfrequentAccess" });
  expect(await takeover("media-bucket")).toMatchObject({ adoption: { keep: ["storageClass"] } });
  store.collection("zoneSettings").put(`${zoneId}/ssl`, { urn: "", zoneId, settingId: "ssl", value: "off" });
  expect(await takeover("edge-ssl")).toMatchObject({
    differences: [{ path: "value", existing: "off", declared: "strict" }],
    adoption: { import: `${zoneId}/ssl`, keep: ["value"] },
  });
  madeWebProject();
  const { properties, ...rest } = store.collection("webProjects").get("prj_1")!;
  const byHand = { ...properties, buildCommand: "make" };
  store.collection("webProjects").put("prj_1", { ...rest, properties: byHand });
  expect(await takeover("web-project")).toMatchObject({
    adoption: { import: "prj_1", keep: ["buildCommand"] },
  });
});

test("the password of the database is told by nobody: it is written, and masked", async () => {
  madeProject();
  const found = await takeover("backend-project");
  expect(found?.differences).toEqual([
    { path: "databasePassword", property: "databasePassword", declared: "[secret]" },
  ]);
  expect(found?.adoption).toEqual({ import: ref });
});

test("functions' secrets are told by name: set anew, added, left", async () => {
  madeProject();
  const secrets = { R2_BUCKET_NAME: "a secret", THEIRS: "another" };
  store.collection("functionSecrets").put(ref, { urn: "", projectRef: ref, secrets });
  const found = await takeover("backend-function-secrets");
  expect(found).toMatchObject({ fate: "write", adoption: undefined });
  expect(found?.note).toMatch(
    /set anew: R2_BUCKET_NAME; added: .*R2_ACCESS_KEY_ID.*; left as they are: THEIRS$/,
  );
  expect(JSON.stringify(found)).not.toContain("a secret");
});

test("a bucket's objects that the declared rules would throw away are told before", async () => {
  expect(await takeover("media-lifecycle")).toMatchObject({ fate: "new" });
  madeBucket();
  const declared = "what is declared throws away objects below pending/ after a day";
  expect(await takeover("media-lifecycle")).toMatchObject({
    fate: "write",
    adoption: undefined,
    note: `there are no rules; ${declared}`,
  });
  const rule = { id: "theirs", enabled: true, conditions: { prefix: "" } };
  const bucket = `${accountId}/default/lavlay-media-local`;
  store.collection("r2BucketLifecycles").put(bucket, { urn: "", bucket, rules: [rule] });
  expect(await takeover("media-lifecycle")).toMatchObject({
    fate: "values",
    adoption: { values: { rules: [rule] } },
    note: `${declared}, once it is released`,
  });
});

test("what the stack has made or imported already is nobody's to take over", async () => {
  madeBucket();
  const owned = new Set(["cloudflare:index/r2Bucket:R2Bucket media-bucket"]);
  expect(await takeover("media-bucket", { owned })).toMatchObject({ fate: "owned", differences: [] });
});

describe("what cannot change is refused, with the key to set", () => {
  it("a project's region", async () => {
    madeProject({ region: "us-east-1" });
    expect((await plan()).refused).toEqual([
      {
        key: "lavlay:supabase.region",
        value: "us-east-1 → eu-west-1",
        limit: "a project cannot move, so what exists would have to go",
        fix: "Set lavlay:supabase.region to us-east-1.",
      },
    ]);
  });

  it("a bucket's jurisdiction, which hides it, and location", async () => {
    madeBucket({ jurisdiction: "eu", location: "eeur" });
    const media = { bucket: "lavlay-media-local", location: "apac" };
    const { refused, takeovers } = await plan({ file: configured({ media }) });
    expect(refused.map(({ key, fix }) => [key, fix])).toEqual([
      ["lavlay:media.jurisdiction", "Set lavlay:media.jurisdiction to eu."],
      ["lavlay:media.location", "Set lavlay:media.location to eeur."],
    ]);
    expect(takeovers.find(({ name }) => name === "media-bucket")).toMatchObject({ fate: "refused" });
  });

  it("a record of another type at the app's host", async () => {
    const record = {
      urn: "",
      id: "1",
      zoneId,
      name: "app.lavlay.localhost",
      type: "A",
      content: "192.0.2.1",
    };
    store.collection("dnsRecords").put("1", { ...record, proxied: false, ttl: 1 });
    expect((await plan()).refused).toMatchObject([{ key: "edge-web: type", value: "A → CNAME" }]);
  });

  it("a sensitive variable", async () => {
    madeWebProject();
    const variable = { urn: "", id: "v", projectId: "prj_1", key: "VITE_MEDIA_URL", value: "x" };
    store
      .collection("webEnvironmentVariables")
      .put("prj_1/v", { ...variable, targets: ["production"], sensitive: true });
    expect((await plan()).refused).toMatchObject([{ key: "web-vite-media-url: sensitive" }]);
  });
});

test("projects of other names have to be chosen, or turned down", async () => {
  madeProject({ name: "LavLay" });
  madeWebProject("www");
  expect((await plan()).refused.map(({ key, limit }) => [key, limit])).toEqual([
    ["--project", `no project of local is called lavlay-local; there are ${ref} (LavLay, eu-west-1)`],
    ["--web-project", "no Vercel project is called lavlay-local; there are prj_1 (www)"],
  ]);
  const turnedDown = await plan({ project: "new", webProject: "new" });
  expect(turnedDown.refused).toEqual([]);
  expect(turnedDown.takeovers.find(({ name }) => name === "backend-project")?.fate).toBe("new");
  const chosen = await plan({ project: ref, webProject: "www" });
  expect(chosen.takeovers.find(({ name }) => name === "web-project")).toMatchObject({
    adoption: { import: "prj_1", keep: ["name"] },
  });
  expect((await plan({ project: "zzz" })).refused[0]?.limit).toMatch(/^no project of local is zzz/);
});

test("missing tokens are told all at once", async () => {
  const { LAVLAY_LOCAL_MANAGEMENT_PORT } = environment;
  const asking = plan({ environment: { LAVLAY_LOCAL_MANAGEMENT_PORT, VERCEL_API_TOKEN: "token" } });
  await expect(asking).rejects.toThrow(/CLOUDFLARE_API_TOKEN[^]*SUPABASE_ACCESS_TOKEN/);
});

test("a vendor that refuses is told by its own words, and nothing is taken for not there", async () => {
  const accounts = store.collection("accounts");
  const { cloudflare, ...rest } = accounts.get("accounts")!;
  accounts.put("accounts", { ...rest, cloudflare: { ...cloudflare, token: { permissions: ["DNS Read"] } } });
  await expect(plan()).rejects.toThrow(/Cloudflare answered 403 \(code 10000\)/);
});
