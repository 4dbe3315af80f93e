import { afterEach, describe, expect, it } from "vitest";
import { wouldFail } from "./diagnose.ts";
import type { Finding, Verdict } from "./finding.ts";
import { printFindings } from "./print.ts";
import { wrongSetUps } from "./testing/wrong-set-ups/index.ts";
import { ownWebProject, webVariables } from "./testing/wrong-set-ups/vercel.ts";
import { accountId, healthyWorld, neededPermissions, zoneId, type World } from "./testing/world.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
const world = () => healthyWorld((step) => undo.push(step));

/** The stack's ruleset of the rate limits, with so many rules of somebody else. */
function ownRuleset({ store, own }: World, others: number): void {
  const phase = "http_ratelimit";
  const rules = Array.from({ length: others }, (_, n) => ({
    id: `rule-${n}`,
    ref: `by-hand-${n}`,
    expression: "true",
    action: "block",
  }));
  store
    .collection("rulesets")
    .put(`${zoneId}/${phase}`, { urn: "urn", id: "r1", zoneId, name: "x", kind: "zone", phase, rules });
  own.push({ urn: "urn:ruleset", type: "cloudflare:index/ruleset:Ruleset", id: "r1", outputs: {} });
}

/** Buckets of so many bytes now, and much more two days ago. */
function stored(r2: World["r2"], ...sizes: number[]): void {
  for (const [n, payloadSize] of sizes.entries()) {
    const bucket = { accountId, bucketName: `bucket-${n}`, objectCount: 1 };
    r2.storage.push({ ...bucket, time: Date.now(), payloadSize });
    r2.storage.push({ ...bucket, time: Date.now() - 2 * 86_400_000, payloadSize: 100e9 });
  }
}

/** So many operations of each kind now, and as many a month and more ago. */
function done(r2: World["r2"], counts: Readonly<Record<string, number>>): void {
  for (const [actionType, requests] of Object.entries(counts)) {
    for (const time of [Date.now(), Date.now() - 32 * 86_400_000])
      r2.operations.push({ time, accountId, bucketName: "lavlay-media", actionType, requests });
  }
}

const named = ({ area, what }: Finding) => `${area} ${what}`;
const those = (findings: readonly Finding[], verdict: Verdict) =>
  findings.filter((finding) => finding.verdict === verdict);

it("a stack of which all is well", async () => {
  const findings = await (await world()).examine();
  expect(those(findings, "fail")).toEqual([]);
  expect(those(findings, "warn")).toEqual([]);
  // Upstash's API has no answer to that.
  expect(those(findings, "unknown").map(named)).toEqual(["Upstash plan"]);
  expect(wouldFail(findings)).toBe(false);
});

describe("one thing is wrong, and that one is named with its fix", () => {
  it.each(wrongSetUps)("$name", async ({ make, fails, found, fix }) => {
    const wrong = await world();
    make(wrong);
    const findings = await wrong.examine();
    expect(those(findings, "fail").map(named)).toEqual([fails]);
    const [finding] = those(findings, "fail");
    expect(finding?.found).toMatch(found);
    expect(finding?.fix).toMatch(fix);
    expect(wouldFail(findings)).toBe(true);
  });
});

it("much is wrong at once, and all of it is named in one run", async () => {
  const wrong = await world();
  // One of each area and those that hide none of the others.
  const together = wrongSetUps.filter(({ name }) =>
    [
      "a Node that is too old",
      "a package that is not as pinned",
      "a mistyped key",
      "half a configuration: e-mails without a key",
      "half a configuration: alerts that nobody gets",
      "more than the declared plan allows",
      "a wrong passphrase",
      "a missing permission",
      "a paused zone",
      "the id of another zone",
      "a zone in another account",
      "a lower Cloudflare plan than declared",
      "a bucket of that name",
      "a media host that leads to another bucket",
      "somebody else's ruleset",
      "an app's host that leads elsewhere",
      "a media host with a record of its own",
      "a project of that name, made by hand",
      "a dead Vercel token",
      "a dead Upstash key",
    ].includes(name),
  );
  expect(together).toHaveLength(20);
  for (const { make } of together) make(wrong);
  const findings = await wrong.examine();
  expect(new Set(those(findings, "fail").map(named))).toEqual(new Set(together.map(({ fails }) => fails)));
  for (const { fails, fix } of together) {
    expect(findings.find((finding) => named(finding) === fails)?.fix).toMatch(fix);
  }
  expect(printFindings("prod", findings)).toContain("An update of prod would fail: 20 to be put right first");
});

it("a dead token of one vendor hides nothing of the others, and nothing of its own is called well", async () => {
  const wrong = await world();
  wrong.environment["CLOUDFLARE_API_TOKEN"] = "d".repeat(40);
  const findings = await wrong.examine();
  const cloudflare = findings.filter(({ area }) => area === "Cloudflare");
  expect(those(cloudflare, "ok")).toEqual([]);
  expect(those(cloudflare, "unknown").map(({ found }) => found)).toEqual(
    cloudflare.slice(1).map(() => expect.stringContaining("because Cloudflare refuses CLOUDFLARE_API_TOKEN")),
  );
  const permissions = cloudflare.find(({ what }) => what === "permissions");
  expect(permissions?.fix).toBe(
    "The token needs on the account Account API Tokens Write, Account Rulesets Read, Notifications Write, " +
      "Workers R2 Storage Write; on the zone Cache Settings Write, DNS Write, Health Checks Write, " +
      "Zone Settings Write, Zone Transform Rules Write, Zone WAF Write.",
  );
  const others = findings.filter(({ area }) => area !== "Cloudflare");
  expect(those(others, "unknown").map(named)).toEqual(["Upstash plan"]);
});

it("a configuration of which little can be read does not keep the vendors from being asked", async () => {
  const wrong = await world();
  wrong.config["tier"] = "huge";
  wrong.config["media"] = { bucket: "Not A Name", edgeTtl: "long" };
  delete wrong.config["domain"];
  wrong.zone({ status: "pending" });
  const findings = await wrong.examine();
  const failing = those(findings, "fail").map(named);
  for (const key of ["tier", "media.bucket", "media.edgeTtl", "domain"])
    expect(failing).toContain(`Configuration lavlay:${key}`);
  expect(failing).toContain("Cloudflare zone");
  const bucket = findings.find((finding) => named(finding) === "Cloudflare bucket");
  expect(bucket).toMatchObject({ verdict: "unknown", found: "because lavlay:media.bucket is not set" });
});

it("what the stack has made itself is in nobody's way", async () => {
  const own = await world();
  const { store } = own;
  store.collection("r2Buckets").put(`${accountId}/default/lavlay-media`, {
    urn: "urn",
    accountId,
    name: "lavlay-media",
    jurisdiction: "default",
    location: "weur",
    storageClass: "Standard",
    creationDate: "2026-01-01T00:00:00Z",
  });
  const phase = "http_ratelimit";
  store
    .collection("rulesets")
    .put(`${zoneId}/${phase}`, { urn: "urn", id: "r1", zoneId, name: "x", kind: "zone", phase, rules: [] });
  own.own.push(
    {
      urn: "urn:bucket",
      type: "cloudflare:index/r2Bucket:R2Bucket",
      id: "lavlay-media",
      outputs: { name: "lavlay-media" },
    },
    { urn: "urn:ruleset", type: "cloudflare:index/ruleset:Ruleset", id: "r1", outputs: {} },
  );
  const findings = await own.examine();
  expect(those(findings, "fail")).toEqual([]);
  // The very same things, of a stack whose state cannot be read: nobody can tell whose they are.
  own.engine["stack"] = { error: "the backend does not answer" };
  const unsure = await own.examine();
  expect(those(unsure, "fail")).toEqual([]);
  expect(those(unsure, "unknown").map(named)).toEqual(
    expect.arrayContaining(["Cloudflare bucket", "Cloudflare rulesets", "Pulumi stack"]),
  );
});

it("what the configuration takes over is in nobody's way", async () => {
  const made = await world();
  const [byHand] = wrongSetUps.filter(({ name }) => name === "a bucket of that name");
  byHand?.make(made);
  made.store.collection("r2CustomDomains").put("media.lavlay.com", {
    urn: "",
    bucket: `${accountId}/default/lavlay-media`,
    domain: "media.lavlay.com",
    zoneId,
    enabled: true,
    minTls: "1.2",
  });
  expect(those(await made.examine(), "fail").map(named)).toEqual([
    "Cloudflare bucket",
    "Cloudflare media host",
  ]);
  made.config["adopt"] = {
    "media-bucket": { import: `${accountId}/lavlay-media/default` },
    "media-domain": { read: `${accountId}/lavlay-media/media.lavlay.com` },
  };
  const findings = await made.examine();
  expect(those(findings, "fail")).toEqual([]);
  expect(findings.find((finding) => named(finding) === "Cloudflare bucket")?.found).toBe(
    "the bucket lavlay-media is taken over by the next update (lavlay:adopt)",
  );
});

it("a vendor's answer that nobody expects hides nothing of what the others tell", async () => {
  const made = await world();
  made.engine["stack"] = JSON.stringify({ deployment: { resources: 7 } });
  const findings = await made.examine();
  expect(findings.find((finding) => named(finding) === "Pulumi stack")).toMatchObject({
    verdict: "unknown",
    found: expect.stringMatching(/^because the look itself failed: TypeError/),
  });
  expect(findings.find((finding) => named(finding) === "Cloudflare zone")?.verdict).toBe("ok");
});

describe("what does not keep an update from passing is only a warning", () => {
  it.each<[string, (made: Awaited<ReturnType<typeof world>>) => unknown, string, RegExp]>([
    [
      "a permission beyond need",
      (made) =>
        made.account("cloudflare", {
          token: { permissions: [...neededPermissions, "Workers Scripts Write", "Load Balancers Write"] },
        }),
      "Cloudflare permissions beyond need",
      /nothing in this stack needs Load Balancers Write, Workers Scripts Write/,
    ],
    [
      "a token that is about to expire",
      (made) =>
        made.account("cloudflare", {
          token: {
            permissions: neededPermissions,
            expiresOn: new Date(Date.now() + 3 * 86_400_000).toISOString(),
          },
        }),
      "Cloudflare token",
      /expires in 3 days/,
    ],
    [
      "a higher plan than declared",
      (made) => made.zone({ plan: "business" }),
      "Cloudflare plan",
      /Cloudflare Business, and the stack declares Cloudflare Pro/,
    ],
    [
      "a key that nothing uses",
      (made) => made.secrets.add("emailApiKey"),
      "Configuration lavlay:emailApiKey",
      /no lavlay:email that uses it/,
    ],
    [
      "operations that were interrupted",
      (made) => (made.engine["stack"] = JSON.stringify({ deployment: { pending_operations: [{}] } })),
      "Pulumi stack",
      /1 operations were interrupted/,
    ],
    [
      "rules of somebody else in the stack's own ruleset, beside which there is no room for its own",
      (made) => ownRuleset(made, 1),
      "Cloudflare rules of http_ratelimit",
      /^1 of 2 rules, of others, on Cloudflare Pro, and the stack makes [12] more$/,
    ],
    [
      "a bucket that is larger than what is free",
      ({ r2 }) => stored(r2, 4.5e9, 7.75e9),
      "Cloudflare R2 storage",
      /^12\.25 of 10 GB on what R2 gives for nothing$/,
    ],
    [
      "nearly as many writes as are free, of this month",
      ({ r2 }) =>
        done(r2, { PutObject: 500_000, UploadPart: 300_000, DeleteObject: 900_000, GetObject: 7_999_999 }),
      "Cloudflare R2 class A operations",
      /^800000 of 1000000 operations this month/,
    ],
    [
      "nearly as many reads as are free",
      ({ r2 }) => done(r2, { HeadObject: 4_000_000, GetObject: 4_000_000, PutObject: 799_999 }),
      "Cloudflare R2 class B operations",
      /^8000000 of 10000000 operations this month/,
    ],
    [
      "nearly as many web variables as there may be",
      (made) => {
        ownWebProject(made);
        webVariables(made, 850);
      },
      "Vercel environment variables",
      /^850 of 1000 variables/,
    ],
    [
      "no engine yet",
      (made) => (made.tools = { ...made.tools, engine: { missing: "no Pulumi on PATH" } }),
      "Tools engine",
      /no Pulumi on PATH/,
    ],
  ])("%s", async (_name, make, what, found) => {
    const made = await world();
    make(made);
    const findings = await made.examine();
    expect(those(findings, "fail")).toEqual([]);
    expect(those(findings, "warn").map(named)).toEqual([what]);
    expect(those(findings, "warn")[0]?.found).toMatch(found);
  });
});

describe("a token that may not read its own permissions", () => {
  const ofAPerson = (permissions: string[]) => ({ owner: "user" as const, permissions });

  it("is tried, and what it may read is not called well", async () => {
    const made = await world();
    made.account("cloudflare", { token: ofAPerson(neededPermissions) });
    const findings = (await made.examine()).filter(({ what }) => what.startsWith("permission "));
    expect(those(findings, "fail")).toEqual([]);
    expect(those(findings, "ok").map(({ what }) => what)).toEqual(["permission Account Rulesets Read"]);
    expect(those(findings, "unknown")).toHaveLength(neededPermissions.length - 1);
  });

  it("fails where it may not even read", async () => {
    const made = await world();
    const permissions = neededPermissions.filter((name) => name !== "DNS Write");
    made.account("cloudflare", { token: ofAPerson(permissions) });
    const failing = those(await made.examine(), "fail").map(named);
    expect(failing).toEqual(["Cloudflare permission DNS Write"]);
  });
});

it("much is nearly full at once, and all of it is told in one run", async () => {
  const made = await world();
  ownRuleset(made, 1);
  ownWebProject(made);
  webVariables(made, 850);
  stored(made.r2, 8e9);
  done(made.r2, { PutObject: 2_000_000, GetObject: 9_000_000 });
  const findings = await made.examine();
  expect(those(findings, "fail")).toEqual([]);
  expect(those(findings, "warn").map(named)).toEqual([
    "Cloudflare R2 storage",
    "Cloudflare R2 class A operations",
    "Cloudflare R2 class B operations",
    "Cloudflare rules of http_ratelimit",
    "Vercel environment variables",
  ]);
});

it("a token that may not see the account's analytics is told what lets it", async () => {
  const made = await world();
  made.account("cloudflare", { token: { permissions: neededPermissions } });
  const findings = await made.examine();
  expect(findings.find((finding) => named(finding) === "Cloudflare R2 use")).toMatchObject({
    verdict: "unknown",
    found: expect.stringContaining("are not authorized"),
    fix: expect.stringContaining("Account Analytics: Read"),
  });
});

it("on Supabase Free a third active project does not fit", async () => {
  const made = await world();
  made.config["tier"] = "free";
  made.account("supabase", { plan: "free" });
  const name = (n: number) => `other-${n}`;
  for (const n of [1, 2]) {
    made.store.collection("projects").put(name(n), {
      urn: "",
      ref: name(n),
      name: name(n),
      organizationId: "lavlay",
      region: "eu-west-1",
      databasePassword: "p",
      instanceSize: "nano",
    });
  }
  const [finding] = those(await made.examine(), "fail");
  expect(finding).toMatchObject({
    what: "active projects",
    found: "2 of 2 active projects on Supabase Free, and the stack makes 1 more",
    fix: expect.stringContaining("Pause or delete one of other-1, other-2"),
  });
});

it("nothing that is found shows a secret", async () => {
  const made = await world();
  for (const { make } of wrongSetUps) make(made);
  const text = JSON.stringify(await made.examine());
  const secrets = Object.values(made.environment).filter((value) => value && value !== "ops@lavlay.com");
  for (const secret of [...secrets, "hunter2", "correct horse battery"]) expect(text).not.toContain(secret);
});
