import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sizedAddress } from "../functions/_shared/image-sizes.ts";
import { frontFetch } from "../local/demo/front-fetch.ts";
import { checkOut, type Checkout } from "./checkout.ts";
import { drawPng } from "./picture.ts";

/** Every ordered pair of tiers once, one after the other. */
const walk = "free pro free team free enterprise pro team pro enterprise team enterprise free".split(" ");
const steps = walk.slice(1).map((to, index) => [walk[index] ?? "", to] as const);
const order = ["free", "pro", "team", "enterprise"];
const hasQueue = (tier: string) => tier === "team" || tier === "enterprise";
/** What a tier has that the other lacks and that may be in use: it must be given up first. */
const leaves = (from: string, to: string) => ({
  queue: hasQueue(from) && !hasQueue(to),
  replicas: hasQueue(from) && order.indexOf(to) < order.indexOf(from),
});

/** What the database does by itself on a tier of a stack that sends e-mail, in order of name. */
const scheduledOn = (tier: string) => [
  ...(hasQueue(tier) ? ["lavlay-clean-up"] : []),
  "lavlay-forget-emails",
  ...(hasQueue(tier) ? ["lavlay-process-jobs"] : []),
  "lavlay-send-email",
  ...(tier === "free" ? [] : ["lavlay-slow-queries"]),
];

it("the walk has every ordered pair of tiers", () => {
  expect(new Set(steps.map(String)).size).toBe(12);
  expect(steps).toHaveLength(12);
});

describe("a stack with data in it, from tier to tier", () => {
  let checkout: Checkout;
  let api: SupabaseClient;
  let databaseUrl: string;
  let mediaUrl: string;
  let before: unknown;
  let identity: unknown;

  /** The stack's YAML at a tier, protected as one in the clouds. */
  const configured = (tier: string, more = "") => {
    const file = join(checkout.root, `tier-${tier}${more && "-drained"}.yaml`);
    const yaml = readFileSync(join(checkout.root, "Pulumi.local.yaml"), "utf8")
      .replace("lavlay:tier: free", `lavlay:tier: ${tier}`)
      .replace("lavlay:protect: false", "lavlay:protect: true")
      .replace("    region: eu-west-1\n", `    region: eu-west-1\n${more}`);
    writeFileSync(file, yaml);
    return file;
  };
  const up = (file: string) => checkout.pulumi(["up", "--yes", "--skip-preview", "--config-file", file]);
  const isDone = async (file: string) => {
    const { exitCode, stdout, stderr } = await up(file);
    expect(exitCode, stdout + stderr).toBe(0);
    return stdout;
  };
  const changesNothing = async (file: string) => {
    // With what there is read anew, as the nightly look for drift does.
    const preview = await checkout.pulumi([
      "preview",
      "--refresh",
      "--expect-no-changes",
      "--config-file",
      file,
    ]);
    expect(preview.exitCode, preview.stdout).toBe(0);
  };
  const sql = async (text: string) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return (await client.query(text)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };

  /** Everything that people have put in. */
  const data = async () => ({
    users: await sql("select id, username, points from users order by id"),
    posts: await sql("select id, content, media_url, likes_count from posts order by id"),
    ledger: await sql("select id, user_id, amount, created_at from points_transactions order by id"),
    upload: Buffer.from(await (await frontFetch(mediaUrl)).arrayBuffer()).toString("base64"),
  });
  /** What must stay the very same thing: bucket, host, project and the app's address. */
  const identities = () => {
    const state = JSON.parse(readFileSync(join(checkout.local, "state.json"), "utf8")) as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    return {
      buckets: state["r2Buckets"],
      mediaHosts: state["r2CustomDomains"],
      projects: Object.keys(state["projects"] ?? {}),
      tokens: Object.keys(state["accountTokens"] ?? {}),
      webProjects: Object.keys(state["webProjects"] ?? {}),
    };
  };

  beforeAll(async () => {
    checkout = checkOut();
    const started = await checkout.lavlay(["start", "--detach", "--json"]);
    expect(started.exitCode, started.stderr).toBe(0);
    const addresses = JSON.parse(started.stdout) as { api: string; publishableKey: string };
    await isDone(configured("free"));
    const outputs = await checkout.pulumi(["stack", "output", "--json", "--show-secrets"]);
    ({ databaseUrl } = JSON.parse(outputs.stdout) as { databaseUrl: string });

    api = createClient(addresses.api, addresses.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const { data: signedUp } = await api.auth.signUp({
      email: "ada@lavlay.com",
      password: "a good password",
    });
    const user = signedUp.user?.id;
    const form = new FormData();
    form.set(
      "file",
      new Blob([new Uint8Array(drawPng(8, 8, () => [200, 80, 40]))], { type: "image/png" }),
      "a.png",
    );
    form.set("bucket", "posts");
    const uploaded = await api.functions.invoke<{ url: string }>("upload-media", { body: form });
    expect(uploaded.error).toBeNull();
    mediaUrl = uploaded.data?.url ?? "";
    const posted = await api
      .from("posts")
      .insert({ content: "Hello", media_url: mediaUrl, media_type: "image" });
    expect(posted.error).toBeNull();
    await sql(
      `insert into points_transactions (user_id, amount, reason) select '${user}', n, 'test' from generate_series(1, 50) n`,
    );
    before = await data();
    identity = identities();
    // From here on it sends e-mail: nobody has to confirm an address any more.
    const file = join(checkout.root, "Pulumi.local.yaml");
    const yaml = readFileSync(file, "utf8");
    const [, encrypted = ""] = /lavlay:databasePassword:\n\s+(secure: \S+)/.exec(yaml) ?? [];
    const email = "lavlay:email: { provider: resend, from: hello@lavlay.localhost }";
    writeFileSync(file, `${yaml}  ${email}\n  lavlay:emailApiKey: { ${encrypted} }\n`);
  });
  afterAll(() => checkout.remove());

  it.each(steps)("%s → %s", async (from, to) => {
    const { queue, replicas } = leaves(from, to);
    if (hasQueue(from)) await sql("select enqueue_job('mail', '{}', 86400)");
    if (replicas) {
      const refused = await up(configured(to));
      expect(refused.exitCode).not.toBe(0);
      const said = refused.stdout + refused.stderr;
      const gone = to === "team" ? "us-east-1" : "eu-west-1";
      expect(said).toContain(`lavlay:supabase.replicaRegions: ${gone} → (none)`);
      if (queue) expect(said).toMatch(/queue jobs: \d+ waiting/);
      expect(said).not.toMatch(/\n\s+at /);
      await changesNothing(configured(from));
    }
    if (replicas) await isDone(configured(from, "    replicaReads: false\n"));
    if (queue) await sql("select pgmq.purge_queue('jobs')");

    await isDone(configured(to));
    expect(await data()).toEqual(before);
    expect(await sql("select jobname from cron.job where jobname like 'lavlay-%' order by 1")).toEqual(
      scheduledOn(to).map((jobname) => ({ jobname })),
    );
    expect(await sql("select private.call_function('send-email') is not null as called")).toEqual([
      { called: true },
    ]);
    expect(identities()).toEqual(identity);
    if (hasQueue(from) && hasQueue(to)) {
      const [waiting] = await sql("select count(*)::int as jobs from pgmq.q_jobs");
      expect(waiting?.["jobs"]).toBeGreaterThan(0);
    }
    await changesNothing(configured(to));
    if (to === "enterprise") {
      await isReachedThroughTheLoadBalancer();
      await showsPicturesInOtherSizes();
    }
  });

  /** Reads by the pool of the replicas, a function by its own, all else by the API's. */
  async function isReachedThroughTheLoadBalancer(): Promise<void> {
    const outputs = await checkout.pulumi(["stack", "output", "--json"]);
    const { api: url, publishableKey } = JSON.parse(outputs.stdout) as Record<string, string>;
    expect(url).toMatch(/^http:\/\/api\.lavlay\.localhost:/);
    const ask = (path: string) => frontFetch(`${url}${path}`, { headers: { apikey: publishableKey ?? "" } });
    expect(await (await ask("/rest/v1/posts?select=content")).json()).toEqual([{ content: "Hello" }]);
    expect((await ask("/functions/v1/upload-media")).status).toBe(405);
    expect((await ask("/auth/v1/health")).status).toBe(200);
  }

  async function showsPicturesInOtherSizes(): Promise<void> {
    const { origin, pathname } = new URL(mediaUrl);
    const headers = { accept: "image/webp,*/*" };
    const answer = await frontFetch(sizedAddress(origin, pathname.slice(1), 480), { headers });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/webp"]);
    // What waits to be looked at is shown in none.
    for (const path of ["pending/posts/a.png", "cdn-cgi/image/width=480/pending/posts/a.png"]) {
      expect((await frontFetch(`${origin}/${path}`)).status).toBe(403);
    }
  }

  it("the verb for the way down asks the same database", async () => {
    writeFileSync(join(checkout.root, "Pulumi.local.yaml"), readFileSync(configured("team"), "utf8"));
    await isDone(configured("team"));
    await sql("select enqueue_job('mail', '{}', 86400)");
    const refused = await checkout.lavlay(["demote", "--stack", "local", "--to", "pro"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout + refused.stderr).toMatch(/queue jobs: \d+ waiting/);
    expect(refused.stdout + refused.stderr).toContain("lavlay:supabase.replicaReads");
  });
});
