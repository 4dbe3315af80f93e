import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { x } from "tinyexec";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runningDaemon } from "../local/process.ts";
import type { AdoptReport } from "../ops/adopt/adopt.ts";
import { matchVendorPlans } from "../ops/local/vendor-plans.ts";
import { checkOut, type Checkout } from "./checkout.ts";
import { makeByHand, type ByHand } from "./made-by-hand.ts";
import { scaleByHand, sentryOrganization, webhookUrl, type ScaledByHand } from "./scaled-by-hand.ts";

let checkout: Checkout;
let byHand: ByHand;
let before: Awaited<ReturnType<ByHand["fingerprint"]>>;
let scaled: ScaledByHand;
let settings: Record<string, unknown>;

const told = async () => ({ ...(await byHand.settings()), ...(await scaled.settings()) });

beforeAll(async () => {
  checkout = checkOut();
  // The tier that has the most.
  const more = `  lavlay:sentry:\n    organization: ${sentryOrganization}\n`;
  const enterprise = yaml()
    .replace("lavlay:tier: free", "lavlay:tier: enterprise")
    .replace("  lavlay:monitoring:\n", `${more}  lavlay:monitoring:\n    webhook: ${webhookUrl}\n`);
  writeFileSync(join(checkout.root, "Pulumi.local.yaml"), enterprise);
  // A local target as the vendors are before the first `up`: `npm start` would apply the stack at once.
  const start = "import { ensureDaemon } from './local/process.ts'; await ensureDaemon(process.argv[1]);";
  const started = await x(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", start, checkout.local],
    { nodeOptions: { cwd: checkout.root } },
  );
  expect(started.exitCode, started.stderr).toBe(0);
  const daemon = runningDaemon(checkout.local)!;
  await matchVendorPlans(daemon, enterprise);
  byHand = await makeByHand(daemon, checkout.root, "large");
  scaled = await scaleByHand(daemon, byHand.projectRef);
  before = await byHand.fingerprint();
  settings = await told();
  const made = await checkout.pulumi(["stack", "init"]);
  expect(made.exitCode, made.stderr).toBe(0);
});
afterAll(() => checkout.remove());

/** The steps of `pulumi preview --json`, as operation → names. */
async function previewed(): Promise<Record<string, string[]>> {
  const { stdout, stderr, exitCode } = await checkout.pulumi(["preview", "--json"]);
  expect(exitCode, stdout + stderr).toBe(0);
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  const byOperation: Record<string, string[]> = {};
  for (const { op, urn } of steps) {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    // What exists in the program alone, and the providers.
    if (/^(lavlay:|pulumi:)/.test(type)) continue;
    (byOperation[op] ??= []).push(urn.split("::").at(-1) ?? "");
  }
  for (const names of Object.values(byOperation)) names.sort();
  return byOperation;
}

const adopt = async (...args: string[]) => checkout.lavlay(["adopt", "--stack", "local", "--json", ...args]);

const yaml = () => readFileSync(join(checkout.root, "Pulumi.local.yaml"), "utf8");

it("asks which projects to take over, where none is called as declared, and writes nothing", async () => {
  const text = yaml();
  const { stdout, exitCode } = await adopt("--write");
  const { refused } = JSON.parse(stdout) as AdoptReport;
  expect(refused.map(({ key }) => key)).toEqual(["--project", "--web-project"]);
  expect(refused[0]?.limit).toContain(byHand.projectRef);
  expect(exitCode).toBe(2);
  expect(yaml()).toBe(text);
});

it("takes over what exists: none of it is made, replaced, deleted or changed", async () => {
  const chosen = ["--project", byHand.projectRef, "--web-project", byHand.webProjectId];
  const { stdout, stderr, exitCode } = await adopt("--write", ...chosen);
  expect(exitCode, stdout + stderr).toBe(0);
  const { takeovers } = JSON.parse(stdout) as AdoptReport;
  const fates = (fate: string) => takeovers.filter((each) => each.fate === fate).map(({ name }) => name);
  expect(fates("import")).toEqual(
    expect.arrayContaining([
      "media-bucket",
      "edge-cache",
      "edge-ssl",
      "edge-web",
      "backend-project",
      "backend-settings",
      "backend-upload-media",
      "web-project",
      "web-domain",
      "web-vite-supabase-url",
      "edge-load-balancer",
      ...["api", "reads", "upload-media"].flatMap((service) => [
        `edge-load-balancer-pool-${service}`,
        `edge-load-balancer-monitor-${service}`,
      ]),
      "monitoring-web-app",
      "monitoring-media",
      "monitoring-api",
      "monitoring-webhook",
      "monitoring-attack",
      "cache-redis",
      "errors-team",
      "errors-project",
      "errors-key",
    ]),
  );
  expect(fates("read")).toEqual(["media-domain"]);
  expect(fates("values").sort()).toEqual([
    "backend-disk",
    "backend-pooler",
    "backend-realtime",
    "backend-replica-eu-west-1",
    "backend-replica-us-east-1",
    "media-cors",
    "media-lifecycle",
  ]);

  const steps = await previewed();
  expect(steps["import"]).toEqual(fates("import").sort());
  expect(steps["read"]).toEqual(fates("read"));
  // What is made is what there is not yet, and settings that have no id: they are written as they are, or were announced.
  expect(steps["create"]).toEqual([...fates("new"), ...fates("values"), ...fates("write")].sort());
  // The one thing that the vendors do not tell, the password, and the code of what is deployed.
  expect(steps["update"]).toEqual(["backend-project", "backend-upload-media"]);
  expect(Object.keys(steps).sort()).toEqual(["create", "import", "read", "update"]);

  const up = await checkout.pulumi(["up", "--yes", "--skip-preview"]);
  expect(up.exitCode, up.stdout + up.stderr).toBe(0);
  const again = await checkout.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  expect(again.exitCode, again.stdout + again.stderr).toBe(0);

  expect(before).toMatchObject({ objects: 1_000, rows: 1_000 });
  expect(await byHand.fingerprint()).toEqual(before);
  expect(await told()).toEqual(settings);
});

it("lets the declared values come when it is told to, as updates in place", async () => {
  const { stdout, stderr, exitCode } = await adopt("--release", "--write");
  expect(exitCode, stdout + stderr).toBe(0);
  const steps = await previewed();
  expect(steps["update"]).toEqual(
    expect.arrayContaining([
      "backend-settings",
      "edge-cache",
      "edge-ssl",
      "edge-web",
      "media-cors",
      "web-project",
      "edge-load-balancer",
      "edge-load-balancer-pool-api",
      "edge-load-balancer-monitor-api",
      "monitoring-web-app",
      "monitoring-webhook",
      "monitoring-attack",
      "cache-redis",
      "errors-project",
    ]),
  );
  expect(
    Object.keys(steps)
      .filter((operation) => operation !== "same")
      .sort(),
  ).toEqual(["read", "update"]);

  const up = await checkout.pulumi(["up", "--yes", "--skip-preview"]);
  expect(up.exitCode, up.stdout + up.stderr).toBe(0);
  expect(await byHand.fingerprint()).toEqual(before);
});
