import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import type { DaemonInfo } from "../local/process.ts";
import type { VendorClient } from "../ops/vendors/client.ts";
import { cloudflareClient } from "../ops/vendors/cloudflare.ts";
import { supabaseClient } from "../ops/vendors/supabase.ts";
import { vercelClient } from "../ops/vendors/vercel.ts";

const accountId = "0000000000000000000000000010ca10";
const zoneId = "0000000000000000000000000020ca10";
const bucket = "lavlay-media-local";
export const password = "by-hand-password-0001";
/** `Workers R2 Storage Bucket Item Write`. */
const itemWrite = "2efd5506f9c8494dacb1fa10a3e7d5b6";

/** A stack as somebody makes it in the vendors' dashboards: through their APIs alone, none of it called as ours is. */
export interface ByHand {
  readonly projectRef: string;
  readonly webProjectId: string;
  /** SHA-256 over every object, its key and what is told of it, and over every row. */
  fingerprint(): Promise<{ objects: number; rows: number; sha256: string }>;
  /** What the vendors tell of everything that may not change by being taken over. */
  settings(): Promise<Record<string, unknown>>;
}

/**
 * Makes bucket, domain, rules, records, project, function and web app, with 1,000 objects and 1,000 rows.
 * @param root of the project, whose tables the database gets
 * @param computeSize of the database; default: its plan's
 */
export async function makeByHand(
  { ports, environment }: DaemonInfo,
  root: string,
  computeSize?: string,
): Promise<ByHand> {
  const management = `http://127.0.0.1:${ports.management}`;
  const token = (name: string) => environment[name] ?? "";
  const cloudflare = cloudflareClient(`${management}/cloudflare/client/v4`, token("CLOUDFLARE_API_TOKEN"));
  const supabase = supabaseClient(management, token("SUPABASE_ACCESS_TOKEN"));
  const vercel = vercelClient(`${management}/vercel`, token("VERCEL_API_TOKEN"));

  const s3 = await makeMedia(cloudflare, ports.objectStore);
  await makeZone(cloudflare);
  const { id: projectRef } = await supabase.call<{ id: string }>("/v1/projects", {
    method: "POST",
    body: {
      name: "LavLay app",
      organization_slug: "local",
      db_pass: password,
      region_selection: { type: "specific", code: "eu-west-1" },
      desired_instance_size: computeSize,
    },
  });
  const project = `/v1/projects/${projectRef}`;
  await makeBackend(supabase, project, `${management}${project}`, token("SUPABASE_ACCESS_TOKEN"));
  const query = (text: string) =>
    supabase.call<Record<string, unknown>[]>(`${project}/database/query`, {
      method: "POST",
      body: { query: text },
    });
  await fillDatabase(query, root);
  const { webProjectId, variableId } = await makeWeb(
    vercel,
    `${management}/vercel`,
    token("VERCEL_API_TOKEN"),
  );

  return {
    projectRef,
    webProjectId,
    fingerprint: async () => {
      const hash = createHash("sha256");
      const objects = await s3.list();
      for (const key of objects) hash.update(key).update(await s3.read(key));
      const rows = [
        ...(await query("select * from public.users order by id")),
        ...(await query("select * from public.posts order by id")),
      ];
      hash.update(JSON.stringify(rows));
      return { objects: objects.length, rows: rows.length, sha256: hash.digest("hex") };
    },
    settings: async () => {
      const zone = (path: string) => cloudflare.call(`/zones/${zoneId}${path}`);
      const r2 = (path: string) => cloudflare.call(`/accounts/${accountId}/r2/buckets/${bucket}${path}`);
      const asked: Record<string, Promise<unknown>> = {
        bucket: r2(""),
        domain: r2("/domains/custom/media.lavlay.localhost"),
        cors: r2("/cors"),
        lifecycle: r2("/lifecycle"),
        cacheRules: zone("/rulesets/phases/http_request_cache_settings/entrypoint").then(undated),
        ssl: zone("/settings/ssl").then(undated),
        dns: cloudflare.list(`/zones/${zoneId}/dns_records`),
        project: supabase.call(project),
        auth: supabase.call(`${project}/config/auth`),
        postgrest: supabase.call(`${project}/postgrest`),
        pooler: supabase.call(`${project}/config/database/pooler`),
        webProject: vercel.call(`/v9/projects/${webProjectId}`),
        variable: vercel.call(`/v1/projects/${webProjectId}/env/${variableId}`),
      };
      const values = await Promise.all(
        Object.entries(asked).map(async ([name, answer]) => [name, await answer]),
      );
      return Object.fromEntries(values) as Record<string, unknown>;
    },
  };
}

/** The stand-in tells the time of the request as that of the change. */
const undated = (answer: unknown) => {
  const { last_updated: _, modified_on: __, ...rest } = answer as Record<string, unknown>;
  return rest;
};

async function makeMedia(cloudflare: VendorClient, port: number) {
  const buckets = `/accounts/${accountId}/r2/buckets`;
  const post = (path: string, body: unknown) => cloudflare.call(path, { method: "POST", body });
  const put = (path: string, body: unknown) => cloudflare.call(path, { method: "PUT", body });
  await post(buckets, { name: bucket, locationHint: "weur" });
  await post(`${buckets}/${bucket}/domains/custom`, {
    domain: "media.lavlay.localhost",
    zoneId,
    enabled: true,
  });
  const allowed = { methods: ["GET", "PUT"], origins: ["https://old.lavlay.localhost"] };
  await put(`${buckets}/${bucket}/cors`, { rules: [{ id: "old", allowed, maxAgeSeconds: 600 }] });
  const condition = { type: "Age", maxAge: 7 * 86_400 };
  await put(`${buckets}/${bucket}/lifecycle`, {
    rules: [
      {
        id: "Default Multipart Abort Rule",
        enabled: true,
        conditions: { prefix: "" },
        abortMultipartUploadsTransition: { condition },
      },
    ],
  });
  const made = await cloudflare.call<{ id: string; value: string }>(`/accounts/${accountId}/tokens`, {
    method: "POST",
    body: {
      name: "by hand",
      policies: [
        {
          effect: "allow",
          permission_groups: [{ id: itemWrite }],
          resources: { [`com.cloudflare.edge.r2.bucket.${accountId}_default_${bucket}`]: "*" },
        },
      ],
    },
  });
  const s3 = new AwsClient({
    accessKeyId: made.id,
    secretAccessKey: createHash("sha256").update(made.value).digest("hex"),
    service: "s3",
    region: "auto",
  });
  const url = `http://127.0.0.1:${port}/${bucket}`;
  const write = async (index: number) => {
    const answer = await s3.fetch(`${url}/posts/${String(index).padStart(4, "0")}.txt`, {
      method: "PUT",
      body: `object ${index}`,
      headers: { "content-type": "text/plain", "cache-control": "max-age=60" },
    });
    if (!answer.ok) throw new Error(`PUT of object ${index}: ${answer.status} ${await answer.text()}`);
  };
  const all = Array.from({ length: 1_000 }, (_, index) => index);
  while (all.length > 0) await Promise.all(all.splice(0, 20).map(write));
  return {
    list: async (): Promise<string[]> => {
      const listed = await (await s3.fetch(`${url}?list-type=2`)).text();
      return [...listed.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = ""]) => key);
    },
    read: async (key: string): Promise<string> => {
      const answer = await s3.fetch(`${url}/${key}`);
      const told = ["content-type", "cache-control", "etag", "last-modified"];
      return told.map((name) => answer.headers.get(name)).join("\n") + (await answer.text());
    },
  };
}

async function makeZone(cloudflare: VendorClient): Promise<void> {
  const zone = `/zones/${zoneId}`;
  await cloudflare.call(`${zone}/rulesets/phases/http_request_cache_settings/entrypoint`, {
    method: "PUT",
    body: {
      rules: [
        {
          description: "Cache media for a day",
          expression: '(http.host eq "media.lavlay.localhost")',
          action: "set_cache_settings",
          action_parameters: { cache: true, edge_ttl: { mode: "override_origin", default: 86_400 } },
        },
      ],
    },
  });
  await cloudflare.call(`${zone}/settings/ssl`, { method: "PATCH", body: { value: "flexible" } });
  await cloudflare.call(`${zone}/dns_records`, {
    method: "POST",
    body: { name: "app.lavlay.localhost", type: "CNAME", content: "old.vercel-dns.com", ttl: 300 },
  });
}

async function makeBackend(
  supabase: VendorClient,
  project: string,
  url: string,
  token: string,
): Promise<void> {
  const patch = (path: string, body: unknown) =>
    supabase.call(`${project}${path}`, { method: "PATCH", body });
  await patch("/config/auth", { site_url: "https://old.lavlay.localhost", jwt_exp: 7_200 });
  await patch("/postgrest", { max_rows: 500 });
  await patch("/config/database/pooler", { default_pool_size: 7 });
  await supabase.call(`${project}/secrets`, {
    method: "POST",
    body: [
      { name: "R2_BUCKET_NAME", value: bucket },
      { name: "OTHERS_KEY", value: "somebody else's" },
    ],
  });
  const form = new FormData();
  form.append("metadata", JSON.stringify({ name: "upload-media", entrypoint_path: "index.ts" }));
  form.append("file", new File(['Deno.serve(() => new Response("by hand"));'], "index.ts"));
  const answer = await fetch(`${url}/functions/deploy?slug=upload-media`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  if (!answer.ok) throw new Error(`Deployment of a function: ${answer.status} ${await answer.text()}`);
}

/** Our tables with 10 people and 990 posts; but for the tables, nothing of ours has run. */
async function fillDatabase(query: (text: string) => Promise<unknown>, root: string): Promise<void> {
  const baseline = join(root, "sql", "baseline");
  const [tables = ""] = readdirSync(baseline).sort();
  await query(readFileSync(join(baseline, tables), "utf8"));
  await query(`
    insert into auth.users (id, email)
    select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@lavlay.localhost'
    from generate_series(1, 10) n`);
  await query(`
    insert into public.users (id, username)
    select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'user_' || n
    from generate_series(1, 10) n`);
  await query(`
    insert into public.posts (user_id, content)
    select ('00000000-0000-4000-8000-' || lpad((n % 10 + 1)::text, 12, '0'))::uuid, 'post ' || n
    from generate_series(1, 990) n`);
}

async function makeWeb(vercel: VendorClient, url: string, token: string) {
  const post = <T>(path: string, body: unknown) => vercel.call<T>(path, { method: "POST", body });
  const project = await post<{ id: string }>("/v11/projects", { name: "lavlay-web" });
  await vercel.call(`/v9/projects/${project.id}`, {
    method: "PATCH",
    body: { framework: "vite", buildCommand: "npm run build" },
  });
  await post(`/v10/projects/${project.id}/domains`, { name: "app.lavlay.localhost" });
  const { created } = await post<{ created: { id: string } }>(`/v10/projects/${project.id}/env`, {
    key: "VITE_SUPABASE_URL",
    value: "https://old.supabase.co",
    type: "encrypted",
    target: ["production", "preview"],
  });
  const page = "<!doctype html><title>by hand</title>";
  const sha = createHash("sha1").update(page).digest("hex");
  const uploaded = await fetch(`${url}/v2/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "x-vercel-digest": sha },
    body: page,
  });
  if (!uploaded.ok) throw new Error(`Upload of a file: ${uploaded.status} ${await uploaded.text()}`);
  await post("/v13/deployments", {
    name: "lavlay-web",
    project: project.id,
    target: "production",
    files: [{ file: "index.html", sha, size: page.length }],
  });
  return { webProjectId: project.id, variableId: created.id };
}
