import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AwsClient } from "aws4fetch";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runningDaemon } from "../../local/process.ts";
import { checkOut, type Checkout } from "../../testing/checkout.ts";
import { cloudflareClient } from "../vendors/cloudflare.ts";
import { supabaseClient } from "../vendors/supabase.ts";
import { vercelClient } from "../vendors/vercel.ts";
import type { DriftReport } from "./report.ts";

const account = "/accounts/0000000000000000000000000010ca10";
const zone = "/zones/0000000000000000000000000020ca10";
const bucket = `${account}/r2/buckets/lavlay-media-local`;
const stateFile = (checkout: Checkout) =>
  join(checkout.local, "pulumi", ".pulumi", "stacks", "lavlay", "local.json");

interface Rule {
  ref: string;
  expression: string;
}

describe("drift of a stack on the local target", () => {
  let checkout: Checkout;
  let ref: string;
  const daemon = () => runningDaemon(checkout.local)!;
  const management = () => `http://127.0.0.1:${daemon().ports.management}`;
  const token = (name: string) => daemon().environment[name] ?? "";
  const cloudflare = () =>
    cloudflareClient(`${management()}/cloudflare/client/v4`, token("CLOUDFLARE_API_TOKEN"));
  const supabase = () => supabaseClient(management(), token("SUPABASE_ACCESS_TOKEN"));
  const vercel = () => vercelClient(`${management()}/vercel`, token("VERCEL_API_TOKEN"));

  async function drift(): Promise<{ exitCode: number | undefined; report: DriftReport }> {
    const { exitCode, stdout, stderr } = await checkout.lavlay(["drift", "--stack", "local", "--json"]);
    if (!stdout.startsWith("{")) throw new Error(stderr);
    return { exitCode, report: JSON.parse(stdout) as DriftReport };
  }

  /** Every difference as `resource property: declared → found`. */
  const told = ({ drifted }: DriftReport) =>
    drifted.flatMap(({ name, gone, differences }) =>
      gone
        ? [`${name} gone`]
        : differences.map(({ path, declared, found }) => `${name} ${path}: ${declared} → ${found}`),
    );

  async function objectAndRows(): Promise<unknown> {
    const state = JSON.parse(readFileSync(join(checkout.local, "state.json"), "utf8"));
    const [accountToken] = Object.values(state.accountTokens) as { id: string; value: string }[];
    const s3 = new AwsClient({
      accessKeyId: accountToken?.id ?? "",
      secretAccessKey: createHash("sha256")
        .update(accountToken?.value ?? "")
        .digest("hex"),
      service: "s3",
      region: "auto",
    });
    const url = `http://127.0.0.1:${daemon().ports.objectStore}/lavlay-media-local/posts/kept.txt`;
    const object = await s3.fetch(url);
    if (object.status === 404) {
      await s3.fetch(url, { method: "PUT", body: "kept" });
      return objectAndRows();
    }
    const output = await checkout.pulumi(["stack", "output", "databaseUrl", "--show-secrets"]);
    const client = new pg.Client({ connectionString: output.stdout.trim() });
    await client.connect();
    try {
      await client.query("create table if not exists public.kept as select generate_series(1, 100) as n");
      const { rows } = await client.query("select sum(n)::int as sum from public.kept");
      return { object: await object.text(), etag: object.headers.get("etag"), rows };
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    checkout = checkOut();
    const started = await checkout.lavlay(["start", "--detach"]);
    expect(started.exitCode, started.stderr).toBe(0);
    [{ ref }] = await supabase().call<[{ ref: string }]>("/v1/projects");
  });
  afterAll(() => checkout.remove());

  it("is none where nobody has changed anything, ten times in a row, and nothing is written", async () => {
    const before = readFileSync(stateFile(checkout), "utf8");
    for (let run = 0; run < 10; run++) {
      const { exitCode, report } = await drift();
      expect(told(report)).toEqual([]);
      expect(exitCode).toBe(0);
      expect(report.read).toBeGreaterThan(20);
      expect(report.repair).toBeUndefined();
    }
    expect(readFileSync(stateFile(checkout), "utf8")).toBe(before);
  });

  it("is told by resource and property, whatever was changed, and put right by the command it names", async () => {
    const data = await objectAndRows();
    await change();

    const { exitCode, report } = await drift();
    expect(exitCode).toBe(1);
    const lines = told(report);
    for (const line of expected) expect(lines).toContainEqual(expect.stringMatching(line));
    // Nothing beside: every line is one of those expected.
    expect(lines.filter((line) => !expected.some((each) => each.test(line)))).toEqual([]);
    const printed = await checkout.lavlay(["drift", "--stack", "local"]);
    expect(printed.exitCode).toBe(1);
    expect(printed.stdout).toContain(report.repair);
    expect(JSON.stringify(report) + printed.stdout).not.toContain("http://evil.example");

    // As a person would paste it.
    const [, words = ""] = /^npm run pulumi -- up -s local (.*)$/.exec(report.repair ?? "") ?? [];
    const { values } = parseArgs({
      args: words.split(" ").map((word) => word.replaceAll("'", "")),
      options: { refresh: { type: "boolean" }, replace: { type: "string", multiple: true } },
    });
    expect(values.refresh).toBe(true);
    const up = await checkout.pulumi([
      "up",
      "--yes",
      "--skip-preview",
      "--refresh",
      ...(values.replace ?? []).flatMap((urn) => ["--replace", urn]),
    ]);
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);

    const after = await drift();
    expect(told(after.report)).toEqual([]);
    expect(await objectAndRows()).toEqual(data);
    const answer = await fetch(`http://127.0.0.1:${daemon().ports.api}/functions/v1/upload-media`, {
      method: "POST",
    });
    expect(await answer.text()).not.toBe("not ours");
    const preview = await checkout.pulumi(["preview", "--expect-no-changes"]);
    expect(preview.exitCode, preview.stdout).toBe(0);
  });

  /** One change of each kind, as somebody would make it in a dashboard or with the vendor's API. */
  async function change(): Promise<void> {
    const rulesOf = async (phase: string) =>
      (await cloudflare().call<{ rules: Rule[] }>(`${zone}/rulesets/phases/${phase}/entrypoint`)).rules;
    const put = (path: string, body: unknown) => cloudflare().call(path, { method: "PUT", body });

    const cache = "http_request_cache_settings";
    const [first, ...others] = await rulesOf(cache);
    await put(`${zone}/rulesets/phases/${cache}/entrypoint`, {
      rules: [{ ...first, expression: 'http.host eq "elsewhere.example"' }, ...others],
    });
    const headers = "http_response_headers_transform";
    const { id } = await cloudflare().call<{ id: string }>(`${zone}/rulesets/phases/${headers}/entrypoint`);
    await cloudflare().call(`${zone}/rulesets/${id}`, { method: "DELETE" });
    const limits = "http_ratelimit";
    await put(`${zone}/rulesets/phases/${limits}/entrypoint`, { rules: [] });

    const { rules: cors } = await cloudflare().call<{ rules: { allowed: { origins: string[] } }[] }>(
      `${bucket}/cors`,
    );
    cors[0]!.allowed.origins.push("https://other.example");
    await put(`${bucket}/cors`, { rules: cors });
    await cloudflare().call(`${bucket}/lifecycle`, { method: "DELETE" });
    await put(`${bucket}/domains/custom/media.lavlay.localhost`, { minTLS: "1.0" });
    const [record] = await cloudflare().list<{ id: string }>(`${zone}/dns_records`, {
      name: "app.lavlay.localhost",
    });
    await cloudflare().call(`${zone}/dns_records/${record?.id}`, {
      method: "PATCH",
      body: { content: "elsewhere.example" },
    });
    await cloudflare().call(`${zone}/settings/always_use_https`, { method: "PATCH", body: { value: "off" } });

    const [apiToken] = await cloudflare().list<{ id: string; name: string }>(`${account}/tokens`);
    await put(`${account}/tokens/${apiToken?.id}`, { name: apiToken?.name, status: "disabled" });

    const project = `/v1/projects/${ref}`;
    // The second one is nobody's here.
    await supabase().call(`${project}/config/auth`, {
      method: "PATCH",
      body: { jwt_exp: 600_000, external_anonymous_users_enabled: true },
    });
    await supabase().call(`${project}/config/database/pooler`, {
      method: "PATCH",
      body: { default_pool_size: 3 },
    });
    await supabase().call(`${project}/secrets`, { method: "DELETE", body: ["R2_BUCKET_NAME"] });
    await supabase().call(`${project}/secrets`, {
      method: "POST",
      body: [{ name: "ALLOWED_ORIGINS", value: "http://evil.example" }],
    });
    await deploy('Deno.serve(() => new Response("not ours"));');

    const { envs } = await vercel().call<{ envs: { id: string; key: string }[] }>(
      "/v9/projects/lavlay-local/env",
    );
    const variable = (key: string) =>
      `/v9/projects/lavlay-local/env/${envs.find((each) => each.key === key)?.id}`;
    await vercel().call(variable("VITE_MEDIA_URL"), {
      method: "PATCH",
      body: { value: "http://evil.example" },
    });
    await vercel().call(variable("VITE_SUPABASE_URL"), { method: "DELETE" });
    await vercel().call("/v9/projects/lavlay-local/domains/app.lavlay.localhost", { method: "DELETE" });
  }

  /** With the platform's check of tokens, as a deployment from elsewhere turns it on. */
  async function deploy(code: string): Promise<void> {
    const form = new FormData();
    form.set("metadata", JSON.stringify({ entrypoint_path: "index.js", name: "upload-media" }));
    form.set("file", new File([code], "index.js"));
    const answer = await fetch(`${management()}/v1/projects/${ref}/functions/deploy?slug=upload-media`, {
      method: "POST",
      headers: { authorization: `Bearer ${token("SUPABASE_ACCESS_TOKEN")}` },
      body: form,
    });
    expect(answer.status).toBe(201);
  }

  const expected = [
    /^edge-cache rules\[[\w-]+\]\.expression: ".*" → "http\.host eq \\"elsewhere\.example\\""$/,
    /^edge-response-headers gone$/,
    /^edge-rate-limit rules\[[\w-]+\]: \{.*\} → undefined$/,
    /^media-cors rules\[app\]\.allowed\.origins\[1\]: undefined → "https:\/\/other\.example"$/,
    /^media-lifecycle gone$/,
    /^media-domain minTls: "1\.2" → "1\.0"$/,
    /^edge-web content: ".*" → "elsewhere\.example"$/,
    /^media-credentials-token status: "active" → "disabled"$/,
    /^edge-always-use-https value: "on" → "off"$/,
    /^backend-settings auth\.jwt_exp: 3600 → 600000$/,
    /^backend-pooler poolSize: 15 → 3$/,
    /^backend-function-secrets secrets\.R2_BUCKET_NAME: \[secret\] → undefined$/,
    /^backend-function-secrets secrets\.ALLOWED_ORIGINS: \[secret\] → \[secret\]$/,
    /^backend-upload-media code: "[0-9a-f]{64}" → "[0-9a-f]{64}"$/,
    /^backend-upload-media-jwt-check verifyJwt: false → true$/,
    /^web-vite-media-url value: \[secret\] → \[secret\]$/,
    /^web-vite-supabase-url gone$/,
    /^web-domain gone$/,
  ];
});
