import { fileBackend } from "../../ops/pulumi.ts";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureEngine, type Engine } from "../../engine/engine.ts";
import { describeUnless } from "../../testing/skip.ts";
import { accountId, startTestProviders, testContext, zoneId } from "./testing.ts";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const found = await ensureEngine().catch((error: Error) => error);

/** A program with something of every provider. */
const program = (bucket: string, more = "") => `
  import * as cloudflare from "@pulumi/cloudflare";
  import * as command from "@pulumi/command";
  import * as pulumi from "@pulumi/pulumi";
  import * as supabase from "@pulumi/supabase";
  import * as vercel from "@pulumiverse/vercel";

  const bucket = new cloudflare.R2Bucket("bucket", { accountId: "${accountId}", name: "${bucket}" });
  const domain = new cloudflare.R2CustomDomain("domain", {
    accountId: "${accountId}", bucketName: bucket.name, domain: "media.lavlay.localhost", zoneId: "${zoneId}", enabled: true,
  });
  new cloudflare.Ruleset("cache", {
    zoneId: "${zoneId}", name: "cache", kind: "zone", phase: "http_request_cache_settings",
    rules: [{ ref: "media", expression: 'http.host eq "media.lavlay.localhost"', action: "set_cache_settings", actionParameters: { cache: true } }],
  });
  const project = new supabase.Project("backend", {
    organizationId: "local", region: "eu-west-1", databasePassword: pulumi.secret("correct horse"),
  });
  for (const slug of ["one", "two"]) {
    new supabase.EdgeFunction(slug, { projectRef: project.id, slug, entrypoint: slug + ".js" });
  }
  const keys = supabase.getApikeysOutput({ projectRef: project.id });
  const web = new vercel.Project("web", { name: "lavlay" });
  const files = vercel.getProjectDirectoryOutput({ path: "dist" });
  new vercel.Deployment("site", { projectId: web.id, production: true, files: files.files, pathPrefix: files.path });
  const migrations = new command.local.Command("migrations", {
    create: "echo applied to $DATABASE", environment: { DATABASE: pulumi.secret("postgres://secret-place") },
  }, { additionalSecretOutputs: ["stdout"] });
  ${more}
  export const url = domain.domain;
  export const key = keys.publishableKey;
  export const applied = migrations.stdout;
`;

describeUnless(found instanceof Error ? found.message.split("\n")[0] : undefined, "the engine", () => {
  const engine = found as Engine;
  let local: ReturnType<typeof testContext>;
  let providers: Awaited<ReturnType<typeof startTestProviders>>;

  beforeEach(async () => {
    local = testContext();
    providers = await startTestProviders(local.context);
    mkdirSync(join(local.projectRoot, "dist"));
    write("dist/index.html", "<h1>LavLay</h1>");
    write("one.js", "1");
    write("two.js", "2");
    write("package.json", '{ "type": "commonjs", "main": "index.ts" }');
    writeFileSync(
      join(local.directory, "Pulumi.yaml"),
      'name: tiny\nruntime: { name: nodejs, options: { typescript: false, nodeargs: "--import tsx" } }\nmain: program/\n',
    );
    symlinkSync(modules, join(local.directory, "node_modules"));
    for (const name of ["backend", "home"]) mkdirSync(join(local.directory, name));
    expect(await pulumi("stack", "init", "local")).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    await providers.close();
    local.remove();
  });

  const write = (file: string, content: string) => writeFileSync(join(local.projectRoot, file), content);

  function start(...args: string[]) {
    const env = {
      ...process.env,
      PATH: `${engine.directory}:${process.env["PATH"]}`,
      PULUMI_BACKEND_URL: fileBackend(join(local.directory, "backend")),
      PULUMI_HOME: join(local.directory, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DEBUG_PROVIDERS: Object.entries(providers.ports)
        .map(([name, port]) => `${name}:${port}`)
        .join(","),
      VERCEL_API_TOKEN: "a".repeat(24),
    };
    const child = spawn(engine.pulumi, args, {
      cwd: local.directory,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = Promise.all([text(child.stdout), text(child.stderr)]).then((both) => both.join(""));
    const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
      child.once("close", (code) => void output.then((all) => resolve({ code, output: all }))),
    );
    return { child, ended };
  }
  const pulumi = (...args: string[]) => start(...args).ended;
  const up = () => pulumi("up", "--yes", "--skip-preview", "--diff", "-s", "local");

  /** What the local target remembers, without what was there before and what is empty. */
  const left = () =>
    (
      [
        "r2Buckets",
        "r2CustomDomains",
        "rulesets",
        "projects",
        "edgeFunctions",
        "webProjects",
        "deployments",
        "creations",
      ] as const
    ).flatMap((name) =>
      local.store
        .collection(name)
        .list()
        .map(() => name),
    );

  test("applied, unchanged, changed, replaced, refreshed and taken down", async () => {
    write("index.ts", program("media"));
    const first = await up();
    expect(first.output).toContain("+ 10 created");
    expect(first.output).not.toMatch(/warning|correct horse|secret-place/);

    const outputs = await pulumi("stack", "output", "--json", "--show-secrets", "-s", "local");
    expect(JSON.parse(outputs.output)).toEqual({
      url: "media.lavlay.localhost",
      key: "sb_publishable_x",
      applied: "applied to postgres://secret-place",
    });

    const second = await pulumi("preview", "--expect-no-changes", "-s", "local");
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("10 unchanged") });

    write("two.js", "2, changed");
    const changed = await up();
    expect(changed.output).toMatch(/~ 1 updated\n\s+9 unchanged/);
    expect(changed.output).toMatch(/~ supabase:index\/edgeFunction:EdgeFunction: \(update\)/);

    write("dist/index.html", "<h1>New</h1>");
    write("index.ts", program("pictures"));
    const replaced = await up();
    expect(replaced.output).toMatch(/\+-3 replaced\n\s+7 unchanged/);
    expect(local.store.collection("r2Buckets").list()).toMatchObject([{ name: "pictures" }]);

    const refreshed = await pulumi(
      "refresh",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
      "-s",
      "local",
    );
    expect(refreshed).toMatchObject({ code: 0, output: expect.stringContaining("10 unchanged") });

    local.store.collection("r2CustomDomains").delete("media.lavlay.localhost");
    const drift = await pulumi("refresh", "--yes", "--skip-preview", "-s", "local");
    expect(drift.output).toMatch(/- 1 deleted/);
    expect((await up()).output).toMatch(/\+ 1 created/);

    const destroyed = await pulumi("destroy", "--yes", "--skip-preview", "-s", "local");
    expect(destroyed).toMatchObject({ code: 0, output: expect.stringContaining("- 10 deleted") });
    expect(left()).toEqual([]);
    expect(readdirSync(local.context.hooks.hostingDirectory)).toEqual([]);
  });

  const rateLimit = `{
    expression: 'starts_with(http.request.uri.path, "/")', action: "block",
    ratelimit: { characteristics: ["cf.colo.id", "ip.src"], period: 10, requestsPerPeriod: 9, mitigationTimeout: 10 },
  }`;
  const ruleset = (rules: string) =>
    `Ruleset("limits", { zoneId: "${zoneId}", name: "limits", kind: "zone", phase: "http_ratelimit", rules: [${rules}] })`;

  test.each([
    [
      "a malformed name",
      `R2Bucket("media", { accountId: "${accountId}", name: "Media" })`,
      `resource 'media' has a problem: name: "Media", but a bucket's name is 3 to 63 lower-case letters`,
    ],
    [
      "a second rate-limit rule on Cloudflare Free",
      ruleset(`${rateLimit}, ${rateLimit}`),
      "rules: 2 rules in the phase http_ratelimit, but Cloudflare Free allows 1. Merge rules",
    ],
    [
      "an unknown function in a rule",
      ruleset(rateLimit.replace("starts_with", "begins_with")),
      /rules\[0\]\.expression: .*begins_with/,
    ],
    [
      "an unknown resource type",
      `WorkersKvNamespace("kv", { accountId: "${accountId}", title: "kv" })`,
      "knows no resource type cloudflare:index/workersKvNamespace:WorkersKvNamespace. It knows:",
    ],
  ])("%s is refused at preview, before anything is made", async (_what, resource, message) => {
    write(
      "index.ts",
      `import * as cloudflare from "@pulumi/cloudflare";
      const first = new cloudflare.TieredCache("first", { zoneId: "${zoneId}", value: "on" });
      new cloudflare.${resource};`,
    );
    const { code, output } = await pulumi("preview", "-s", "local");
    expect(code).not.toBe(0);
    expect(output).toMatch(message);
    expect(output).not.toMatch(/<nil>|at .*\.ts:\d+/);
    expect(left()).toEqual([]);
  });

  test("the engine killed in the middle of a creation: the next up finds it again", async () => {
    let release = () => {};
    let calls = 0;
    local.context.hooks.createProject = () =>
      ++calls === 1 ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
    write("index.ts", program("media"));
    const { child, ended } = start("up", "--yes", "--skip-preview", "-s", "local");
    await expect.poll(() => calls, { timeout: 60_000 }).toBe(1);
    child.kill("SIGKILL");
    await ended;
    release();
    const [begun] = local.store.collection("projects").list();

    await pulumi("cancel", "--yes", "-s", "local");
    const again = await up();
    expect(again.code, again.output).toBe(0);
    expect(
      local.store
        .collection("projects")
        .list()
        .map(({ ref }) => ref),
    ).toEqual([begun?.ref]);
    expect((await pulumi("preview", "--expect-no-changes", "-s", "local")).code).toBe(0);
    expect(left().filter((name) => name !== "creations")).toHaveLength(8);
  });
});
