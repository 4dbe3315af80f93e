import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import pg from "pg";
import { x } from "tinyexec";
import { runningDaemon, type DaemonInfo } from "../../local/process.ts";
import { checkOut, type Checkout } from "../../testing/checkout.ts";
import type { Finding } from "./finding.ts";

const accountId = "0000000000000000000000000010ca10";
const zoneId = "0000000000000000000000000020ca10";

describe("the doctor of the stack local", () => {
  let checkout: Checkout;
  let daemon: DaemonInfo;

  /** The findings, and what the verb ended with. */
  const doctor = async () => {
    const { exitCode, stdout, stderr } = await checkout.lavlay(["doctor", "--stack", "local", "--json"]);
    expect(stdout, stderr).toMatch(/^\{/);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const failing = findings.filter(({ verdict }) => verdict === "fail");
    return { exitCode, findings, failing: failing.map(({ area, what }) => `${area} ${what}`).sort() };
  };
  const ask = async (method: string, path: string, token: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${daemon.ports.management}${path}`, {
      method,
      headers: { authorization: `Bearer ${daemon.environment[token]}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(response.ok, await response.clone().text()).toBe(true);
    return response;
  };
  const cloudflare = async (method: string, path: string, body?: object) => {
    const address = `/cloudflare/client/v4/${path}`;
    const text = await (await ask(method, address, "CLOUDFLARE_API_TOKEN", body)).text();
    return (JSON.parse(text || "{}") as { result: { id: string } }).result;
  };
  const configure = (before: string, after: string) => {
    const file = join(checkout.root, "Pulumi.local.yaml");
    const text = readFileSync(file, "utf8");
    expect(text).toContain(before);
    writeFileSync(file, text.replace(before, after));
  };
  const accounts = (patch: object) => ask("PATCH", "/local/accounts", "SUPABASE_ACCESS_TOKEN", patch);

  beforeAll(async () => {
    checkout = checkOut();
    // The copy's own, with nothing applied to it.
    const start = `import("./local/process.ts").then((local) => local.ensureDaemon(process.env.LAVLAY_LOCAL_DIR))`;
    await x(process.execPath, ["--import", "tsx", "-e", start], {
      throwOnError: true,
      nodeOptions: { cwd: checkout.root, env: { ...process.env, LAVLAY_LOCAL_DIR: checkout.local } },
    });
    daemon = runningDaemon(checkout.local) as DaemonInfo;
  });
  afterAll(() => checkout.remove());

  it("finds nothing wrong before the first update", async () => {
    const { exitCode, findings } = await doctor();
    expect(findings.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it("names what was made by hand and is in the way; an update fails of just that", async () => {
    await cloudflare("POST", `accounts/${accountId}/r2/buckets`, { name: "lavlay-media-local" });
    const rules = [{ expression: "true", action: "block" }];
    const ruleset = await cloudflare(
      "PUT",
      `zones/${zoneId}/rulesets/phases/http_request_firewall_custom/entrypoint`,
      { name: "by hand", rules },
    );
    const record = await cloudflare("POST", `zones/${zoneId}/dns_records`, {
      type: "A",
      name: "app.lavlay.localhost",
      content: "192.0.2.1",
      ttl: 1,
    });

    const { exitCode, failing } = await doctor();
    expect(exitCode).toBe(1);
    expect(failing).toEqual([
      "Cloudflare DNS of app.lavlay.localhost",
      "Cloudflare bucket",
      "Cloudflare ruleset of http_request_firewall_custom",
    ]);

    await checkout.pulumi(["stack", "init"]);
    const up = await checkout.pulumi(["up", "--yes", "--skip-preview", "--continue-on-error"]);
    expect(up.exitCode).not.toBe(0);
    const refusals = up.stdout + up.stderr;
    expect(refusals).toMatch(/bucket you tried to create already exists/);
    expect(refusals).toMatch(/ruleset "by hand" in the phase http_request_firewall_custom/);
    expect(refusals).toMatch(
      /record with that host already exists|host app\.lavlay\.localhost already exists/,
    );

    // The other ways out that it names.
    const yaml = join(checkout.root, "Pulumi.local.yaml");
    writeFileSync(
      yaml,
      readFileSync(yaml, "utf8").replace("bucket: lavlay-media-local", "bucket: media-two"),
    );
    await cloudflare("DELETE", `zones/${zoneId}/rulesets/${ruleset.id}`);
    await cloudflare("DELETE", `zones/${zoneId}/dns_records/${record.id}`);
    const start = await checkout.lavlay(["start", "--detach"]);
    expect(start.exitCode, start.stderr).toBe(0);
    const after = await doctor();
    expect(after.failing).toEqual([]);
    expect(after.exitCode).toBe(0);
  });

  it("names all that broke since and all that a higher tier lacks, in one run", async () => {
    const url = await checkout.pulumi(["stack", "output", "databaseUrl", "--show-secrets"]);
    const database = new pg.Client(url.stdout.trim());
    await database.connect();
    await database.query("alter table public.users rename column bio to about");
    await accounts({
      cloudflare: {
        r2Enabled: false,
        token: { permissions: ["Account API Tokens Write", "DNS Write", "Workers R2 Storage Write"] },
        zones: [{ id: zoneId, name: "lavlay.localhost", plan: "free", status: "pending" }],
      },
    });
    configure("lavlay:tier: free", "lavlay:tier: pro");
    const broken = await doctor();
    await database.query("alter table public.users rename column about to bio");
    await database.end();
    expect(broken.exitCode).toBe(1);
    expect(broken.failing).toEqual(
      [
        "Cloudflare permission Notifications Write",
        "Supabase entitlement instances.compute_update_available_sizes",
        "Supabase entitlement realtime.max_concurrent_users",
        "Supabase plan",
        "Vercel plan",
        "Cloudflare R2",
        "Cloudflare permission Account Rulesets Read",
        "Cloudflare permission Cache Settings Write",
        "Cloudflare permission Zone Settings Write",
        "Cloudflare permission Zone Transform Rules Write",
        "Cloudflare permission Zone WAF Write",
        "Cloudflare zone",
        "Database SQL: public.users.bio",
      ].sort(),
    );
  });

  it("wrong use ends with 2, and says what is right", async () => {
    const unknown = await checkout.lavlay(["doctor", "--stack", "moon"]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain("Known stacks are dev, local, prod.");
  });
});
