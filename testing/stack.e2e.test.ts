import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDemo } from "../local/demo/demo.ts";
import { checkOut, type Checkout } from "./checkout.ts";

/** The changes that `pulumi preview --json` announces, as `update backend-upload-media`, in order of name. */
function changesIn(stdout: string): string[] {
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  return steps
    .filter(({ op }) => op !== "same" && op !== "read")
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)
    .sort();
}

describe("the stack on the local target", () => {
  let checkout: Checkout;
  /** A copy of the stack's YAML with some of its text changed. */
  const configured = (name: string, change: (yaml: string) => string) => {
    const file = join(checkout.root, name);
    writeFileSync(file, change(readFileSync(join(checkout.root, "Pulumi.local.yaml"), "utf8")));
    return file;
  };
  const renamed = (yaml: string) => yaml.replace("bucket: lavlay-media-local", "bucket: lavlay-media-other");
  const isProtected = (yaml: string) => yaml.replace("lavlay:protect: false", "lavlay:protect: true");

  beforeAll(async () => {
    checkout = checkOut();
    const { exitCode, stdout, stderr } = await checkout.lavlay(["start", "--detach", "--json"]);
    expect(stderr + stdout).toContain("publishableKey");
    expect(exitCode).toBe(0);
  });
  afterAll(() => checkout.remove());

  it("changes nothing when it is applied again", async () => {
    const preview = await checkout.pulumi(["preview", "--json"]);
    expect(changesIn(preview.stdout)).toEqual([]);
    const up = await checkout.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
  });

  it("replaces the bucket when it is renamed, since it is not protected here", async () => {
    const preview = await checkout.pulumi([
      "preview",
      "--json",
      "--config-file",
      configured("renamed.yaml", renamed),
    ]);
    expect(changesIn(preview.stdout)).toContain("replace media-bucket");
  });

  it("refuses to rename the bucket of a protected stack, with all reasons, before anything is changed", async () => {
    const guarded = configured("protected.yaml", isProtected);
    const up = await checkout.pulumi(["up", "--yes", "--skip-preview", "--config-file", guarded]);
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);

    const moved = (yaml: string) =>
      renamed(isProtected(yaml)).replace("region: eu-west-1", "region: us-east-1");
    const refused = await checkout.pulumi([
      "up",
      "--yes",
      "--skip-preview",
      "--config-file",
      configured("moved.yaml", moved),
    ]);
    expect(refused.exitCode).not.toBe(0);
    const said = refused.stdout + refused.stderr;
    expect(said).toContain("lavlay:media.bucket: lavlay-media-local → lavlay-media-other");
    expect(said).toContain("lavlay:supabase.region: eu-west-1 → us-east-1");
    expect(said).not.toMatch(/\n\s+at /);

    const preview = await checkout.pulumi(["preview", "--json", "--config-file", guarded]);
    expect(changesIn(preview.stdout)).toEqual([]);
    const back = await checkout.pulumi(["up", "--yes", "--skip-preview"]);
    expect(back.exitCode, back.stdout + back.stderr).toBe(0);
  });

  it("tells every mistake in the configuration at once, without a stack trace", async () => {
    const wrong = (yaml: string) =>
      yaml.replace("tier: free", "tier: huge").replace("region: eu-west-1", "region: moon");
    const { stdout, stderr, exitCode } = await checkout.pulumi([
      "preview",
      "--config-file",
      configured("wrong.yaml", wrong),
    ]);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toContain("lavlay:tier");
    expect(stdout + stderr).toContain("lavlay:supabase.region");
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
  });

  it("updates a changed function alone", async () => {
    const source = join(checkout.root, "functions", "upload-media", "upload.ts");
    const before = readFileSync(source, "utf8");
    writeFileSync(source, `${before}\nconsole.log("changed");\n`);
    const preview = await checkout.pulumi(["preview", "--json"]);
    writeFileSync(source, before);
    expect(changesIn(preview.stdout)).toEqual([
      "update backend-upload-media",
      "update backend-upload-media-jwt-check",
    ]);
  });

  it("carries the whole journey of two people", async () => {
    const { stdout } = await checkout.pulumi(["stack", "output", "--json"]);
    const results = await runDemo(checkout.local, JSON.parse(stdout) as Record<string, unknown>);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(results.length).toBeGreaterThan(20);
  });

  it("prints no secret in its log or state", async () => {
    const secrets = [
      "local-database-password",
      ...Object.values(
        JSON.parse(readFileSync(join(checkout.local, "tokens.json"), "utf8")) as Record<string, string>,
      ),
    ];
    const state = readFileSync(
      join(checkout.local, "pulumi", ".pulumi", "stacks", "lavlay", "local.json"),
      "utf8",
    );
    const log = readFileSync(join(checkout.local, "log", "daemon.log"), "utf8");
    for (const secret of secrets) {
      expect(state).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
  });

  it("keeps all data over a stop and a start, and starts again by itself after both", async () => {
    expect((await checkout.lavlay(["stop"])).exitCode).toBe(0);
    const again = await checkout.lavlay(["start", "--detach", "--json"]);
    expect(again.exitCode, again.stderr).toBe(0);
    const { api, publishableKey } = JSON.parse(again.stdout) as { api: string; publishableKey: string };
    const posts = await fetch(`${api}/rest/v1/posts?select=content`, { headers: { apikey: publishableKey } });
    expect(await posts.json()).toContainEqual({ content: "Hello from Lagos" });
  });

  it("keeps a bucket with objects in it, as Cloudflare does", async () => {
    const { stdout, stderr } = await checkout.pulumi([
      "destroy",
      "--yes",
      "--skip-preview",
      "--target",
      urnOf(checkout, "media-bucket"),
      "--target-dependents",
    ]);
    expect(stdout + stderr).toMatch(/not empty/i);
    const again = await checkout.pulumi(["up", "--yes", "--skip-preview"]);
    expect(again.exitCode, again.stdout).toBe(0);
  });

  it("leaves nothing behind when it is destroyed", async () => {
    await emptyBucket(checkout);
    const { exitCode, stdout, stderr } = await checkout.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(exitCode, stdout + stderr).toBe(0);

    const state = JSON.parse(readFileSync(join(checkout.local, "state.json"), "utf8")) as Record<
      string,
      object
    >;
    const left = Object.entries(state).filter(
      ([name, records]) => name !== "accounts" && Object.keys(records).length > 0,
    );
    expect(left).toEqual([]);
    expect(existsSync(join(checkout.local, "postgres"))).toBe(false);
    expect(readdirSync(join(checkout.local, "objects"))).toEqual([]);
  });
});

function urnOf(checkout: Checkout, name: string): string {
  const state = readFileSync(
    join(checkout.local, "pulumi", ".pulumi", "stacks", "lavlay", "local.json"),
    "utf8",
  );
  const { checkpoint } = JSON.parse(state) as { checkpoint: { latest: { resources: { urn: string }[] } } };
  return checkpoint.latest.resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "";
}

/** Deletes all objects through the S3 API with the stack's own credentials. */
async function emptyBucket(checkout: Checkout): Promise<void> {
  const { createHash } = await import("node:crypto");
  const { AwsClient } = await import("aws4fetch");
  const state = JSON.parse(readFileSync(join(checkout.local, "state.json"), "utf8"));
  const ports = JSON.parse(readFileSync(join(checkout.local, "ports.json"), "utf8")) as {
    objectStore: number;
  };
  const [token] = Object.values(state.accountTokens) as { id: string; value: string }[];
  const [bucket] = Object.values(state.r2Buckets) as { name: string }[];
  const client = new AwsClient({
    accessKeyId: token?.id ?? "",
    secretAccessKey: createHash("sha256")
      .update(token?.value ?? "")
      .digest("hex"),
    service: "s3",
    region: "auto",
  });
  const url = `http://127.0.0.1:${ports.objectStore}/${bucket?.name}`;
  const listed = await (await client.fetch(`${url}?list-type=2`)).text();
  for (const [, key] of listed.matchAll(/<Key>([^<]+)<\/Key>/g))
    await client.fetch(`${url}/${key}`, { method: "DELETE" });
}
