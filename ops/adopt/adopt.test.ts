import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { Store } from "../../local/state/store.ts";
import type { AdoptOptions } from "./adopt.ts";
import { accountId, configured, startWorld, zoneId, type World } from "./testing/world.ts";

const ref = "abcdefghijklmnopqrst";

let world: World;
let store: Store;

beforeEach(async () => {
  world = await startWorld();
  store = world.store;
});
afterEach(() => world.close());

const plan = (options?: Partial<AdoptOptions>) => world.plan(options);
const takeover = (name: string, options?: Partial<AdoptOptions>) => world.takeover(name, options);

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

test("a replica of the region is the stack's from then on; one elsewhere is not looked at", async () => {
  const file = configured({ tier: "team" });
  madeProject();
  const replica = (region: string) => ({ identifier: `${ref}-rr-${region}-abcde`, region });
  const scaled = (region: string) =>
    store.collection("scales").put(ref, {
      ...{ projectRef: ref, addons: {}, diskGigabytes: 8, diskChanges: [], realtimeConnections: 200 },
      replicas: [replica(region)],
    });
  scaled("us-east-1");
  expect(await takeover("backend-replica-eu-west-1", { file })).toMatchObject({ fate: "new" });
  scaled("eu-west-1");
  expect(await takeover("backend-replica-eu-west-1", { file })).toMatchObject({
    fate: "values",
    differences: [],
    adoption: undefined,
  });
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

test("missing tokens are told all at once, those of vendors that the stack has something at", async () => {
  const { LAVLAY_LOCAL_MANAGEMENT_PORT } = world.environment;
  const asked = { LAVLAY_LOCAL_MANAGEMENT_PORT, VERCEL_API_TOKEN: "token" };
  const asking = plan({ environment: asked });
  await expect(asking).rejects.toThrow(/CLOUDFLARE_API_TOKEN[^]*SUPABASE_ACCESS_TOKEN/);
  await expect(asking).rejects.not.toThrow(/UPSTASH|SENTRY/);
  const more = configured({ redis: { enabled: true }, sentry: { organization: "acme" } });
  await expect(plan({ environment: asked, file: more })).rejects.toThrow(
    /UPSTASH_API_KEY and UPSTASH_EMAIL[^]*SENTRY_AUTH_TOKEN/,
  );
});

test("a vendor that refuses is told by its own words, and nothing is taken for not there", async () => {
  world.allow("DNS Read");
  await expect(plan()).rejects.toThrow(/Cloudflare answered 403 \(code 10000\)/);
});
