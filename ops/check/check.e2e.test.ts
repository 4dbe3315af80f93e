import { readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { frontFetch } from "../../local/demo/front-fetch.ts";
import { checkOut, type Checkout } from "../../testing/checkout.ts";
import { drawLandscape } from "../../testing/picture.ts";
import { describeUnless } from "../../testing/skip.ts";
import { until } from "../../testing/until.ts";
import { findBrowser, noChromium } from "./browser.ts";
import type { MetricName, Row } from "./metric.ts";

interface Addresses {
  app: string;
  api: string;
  media: string;
  publishableKey: string;
}

/** A healthy stack fills every row; then one thing at a time goes wrong, and is named. The tests build on each other. */
describeUnless(findBrowser() ? undefined : noChromium, "check", () => {
  let checkout: Checkout;
  let at: Addresses;
  let database: pg.Client;
  let pictures: string[];

  beforeAll(async () => {
    checkout = checkOut();
    hold({});
    const started = await checkout.lavlay(["start", "--detach", "--json"]);
    expect(started.exitCode, started.stderr + started.stdout).toBe(0);
    at = JSON.parse(started.stdout) as Addresses;
    const { stdout: url } = await checkout.pulumi(["stack", "output", "databaseUrl", "--show-secrets"]);
    database = new pg.Client({ connectionString: url.trim() });
    database.on("error", () => {}); // The last test kills the server.
    await database.connect();
    pictures = await postPictures(at);
  });
  afterAll(async () => {
    await database?.end().catch(() => {});
    await checkout?.remove();
  });

  async function check(): Promise<{
    exitCode: number | undefined;
    stderr: string;
    rows: Map<MetricName, Row>;
  }> {
    const args = ["--history", "history.jsonl", "--html", "report.html", "--json"];
    const { exitCode, stdout, stderr } = await checkout.lavlay(["check", "--stack", "local", ...args]);
    expect(stdout, stderr).toMatch(/^\{/);
    const { rows } = JSON.parse(stdout) as { rows: Row[] };
    return { exitCode, stderr, rows: new Map(rows.map((row) => [row.metric, row])) };
  }
  /** Judges by those objectives as they are declared; a machine that is busy misses no other. */
  function hold(objectives: Record<string, number>): void {
    const unhurried = {
      pageMilliseconds: 20_000,
      apiMilliseconds: 10_000,
      imageMilliseconds: 10_000,
      queryMilliseconds: 10_000,
    };
    const file = join(checkout.root, "Pulumi.local.yaml");
    const [yaml = ""] = readFileSync(file, "utf8").split("  lavlay:objectives:");
    writeFileSync(file, `${yaml}  lavlay:objectives: ${JSON.stringify({ ...unhurried, ...objectives })}\n`);
  }
  const missed = (rows: Map<MetricName, Row>) =>
    [...rows.values()].filter(({ verdict }) => verdict === "missed").map(({ metric }) => metric);

  /** Changes files of the checkout, each in one place, and applies them; the change is taken back by the next. */
  const originals = new Map<string, string>();
  async function deploy(changes: Record<string, (text: string) => string>): Promise<void> {
    for (const [file, text] of originals) writeFileSync(file, text);
    originals.clear();
    for (const [name, change] of Object.entries(changes)) {
      const file = join(checkout.root, name);
      const text = readFileSync(file, "utf8");
      originals.set(file, text);
      expect(change(text), name).not.toBe(text);
      writeFileSync(file, change(text));
    }
    const up = await checkout.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
  }

  it("fills every row of a healthy stack", async () => {
    const { exitCode, rows, stderr } = await check();
    expect([...rows.values()].map(({ metric, verdict }) => `${metric} ${verdict}`)).toEqual([
      "page met",
      "api met",
      "image met",
      "query met",
      "hitRate met",
      "bandwidth told",
      "functionErrors met",
      "uptime met",
    ]);
    expect(exitCode, stderr).toBe(0);
    for (const metric of ["page", "api", "image", "query"] as const) {
      const { now = 0, p50 = 0, p95 = 0, culprit } = rows.get(metric)!;
      expect(now, metric).toBeGreaterThan(0);
      expect(p95, metric).toBeGreaterThanOrEqual(p50);
      expect(culprit, metric).toBeTruthy();
    }
    expect(rows.get("bandwidth")?.now).toBeGreaterThan(10_000);
    expect(rows.get("uptime")).toMatchObject({ now: 100, culprit: "1 check so far" });
    expect(readFileSync(join(checkout.root, "report.html"), "utf8")).toContain("All 7 targets are met.");
  });

  it("names a slow query", async () => {
    await database.query(`
      create function public.slow_feed(secret text) returns text language sql
        return (select 'done' from pg_sleep(0.3));
      grant execute on function public.slow_feed to anon`);
    const call = async () => {
      const response = await fetch(`${at.api}/rest/v1/rpc/slow_feed`, {
        method: "POST",
        headers: { apikey: at.publishableKey, "content-type": "application/json" },
        body: JSON.stringify({ secret: "hunter2" }),
      });
      return response.status === 200;
    };
    await until("the data API knows the function", call);
    for (let calls = 1; calls < 4; calls++) expect(await call()).toBe(true);

    hold({ queryMilliseconds: 300 });
    const { exitCode, rows, stderr } = await check();
    expect(missed(rows), stderr).toEqual(["query"]);
    expect(rows.get("query")!.now).toBeGreaterThan(300);
    expect(rows.get("query")!.culprit).toMatch(/^public\.slow_feed .+ on average of 4 calls$/);
    expect(stderr).toContain("public.slow_feed");
    expect(JSON.stringify([...rows])).not.toContain("hunter2");
    expect(exitCode).toBe(1);
  });

  it("names a slow function, and what was slow before the last check is forgotten", async () => {
    await database.query("drop function public.slow_feed");
    const slow = `const served = Deno.serve;
      Deno.serve = (handler) => served(async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 400));
        return handler(request);
      });\n`;
    await deploy({ "functions/upload-media/index.ts": (text) => slow + text });
    hold({ apiMilliseconds: 400 });
    const { exitCode, rows, stderr } = await check();
    expect(missed(rows), stderr).toEqual(["api"]);
    expect(rows.get("api")!.now).toBeGreaterThan(400);
    expect(rows.get("api")!.culprit).toMatch(/^\/functions\/v1\/upload-media: p50 \d/);
    expect(exitCode).toBe(1);
  });

  it("names a picture that is never cached, though the hit rate is still good", async () => {
    hold({});
    const path = new URL(pictures[1]!).pathname;
    const rule = `{
      ref: "uncacheable", description: "By mistake", enabled: true, action: "set_cache_settings",
      expression: 'http.request.uri.path eq "${path}"', actionParameters: { cache: false },
    }];`;
    await deploy({ "infra/edge/cache.ts": (text) => text.replace(/\},\s+\];/, `}, ${rule}`) });
    const { exitCode, rows, stderr } = await check();
    expect(missed(rows), stderr).toEqual(["hitRate"]);
    expect(rows.get("hitRate")!.now).toBeGreaterThan(90);
    expect(rows.get("hitRate")!.fault).toBe(
      `${path} is never cached: cf-cache-status BYPASS, cache-control "public, max-age=31536000, immutable"`,
    );
    expect(exitCode).toBe(1);
  });

  it("names the file that makes a page heavy", async () => {
    writeFileSync(
      join(checkout.root, "app/public/heavy.css"),
      `/* ${randomBytes(3_000_000).toString("base64")} */`,
    );
    await deploy({
      "app/index.html": (html) =>
        html.replace("</head>", '<link rel="stylesheet" href="/heavy.css" /></head>'),
    });
    hold({ pageMilliseconds: 2_000 });
    const { exitCode, rows, stderr } = await check();
    expect(missed(rows), stderr).toEqual(["page"]);
    expect(rows.get("page")!.now).toBeGreaterThan(2_000);
    expect(rows.get("page")!.culprit).toMatch(/heavy.*\.css: [34](\.\d)? MB/);
    expect(exitCode).toBe(1);
  });

  it("names what is down, and measures the rest all the same", async () => {
    const file = join(checkout.local, "postgres/data/postmaster.pid");
    process.kill(Number(readFileSync(file, "utf8").split("\n")[0]), "SIGKILL");
    const { exitCode, rows } = await check();
    expect(rows.get("uptime")).toMatchObject({ verdict: "missed" });
    expect(rows.get("uptime")!.fault).toMatch(/^api is down: /);
    expect(rows.get("uptime")!.culprit).toBe("6 checks so far, api down in 1 of them");
    expect(rows.get("api")).toMatchObject({ verdict: "unmeasured", unmeasured: "api is down" });
    expect(rows.get("query")!.unmeasured).toMatch(/ECONNREFUSED|terminated|recovery/);
    expect(rows.get("page")!.now).toBeGreaterThan(0);
    expect(rows.get("bandwidth")!.now).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
  });
});

/** Somebody posts pictures, which others look at. */
async function postPictures({ app, api, publishableKey }: Addresses): Promise<string[]> {
  const client = createClient(api, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data, error } = await client.auth.signUp({
    email: "ada@example.com",
    password: "correct horse battery",
    options: { data: { username: "ada", full_name: "Ada" } },
  });
  if (!data.session) throw error ?? new Error("no session");
  const urls: string[] = [];
  for (const hue of [0.1, 0.5, 0.9]) {
    const form = new FormData();
    form.set(
      "file",
      new File([new Uint8Array(drawLandscape(300, 200, hue))], "picture.png", { type: "image/png" }),
    );
    form.set("bucket", "posts");
    const uploaded = await fetch(`${api}/functions/v1/upload-media`, {
      method: "POST",
      body: form,
      headers: { authorization: `Bearer ${data.session.access_token}`, origin: app },
    });
    const { url } = (await uploaded.json()) as { url: string };
    await client
      .from("posts")
      .insert({ content: "Look", media_url: url, media_type: "image/png" })
      .throwOnError();
    urls.push(url);
    for (let views = 0; views < 40; views++) await (await frontFetch(url)).arrayBuffer();
  }
  return urls;
}
