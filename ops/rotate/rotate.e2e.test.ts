import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runningDaemon } from "../../local/process.ts";
import { checkOut, type Checkout } from "../../testing/checkout.ts";
import { until } from "../../testing/until.ts";
import { startUploads, type UploadLoad } from "./testing/upload-load.ts";

describe("credentials exchanged while people upload", () => {
  let checkout: Checkout;
  let load: UploadLoad;
  const state = () => JSON.parse(readFileSync(join(checkout.local, "state.json"), "utf8"));
  const yaml = () => readFileSync(join(checkout.root, "Pulumi.local.yaml"), "utf8");
  const ports = () => runningDaemon(checkout.local)!.ports;
  const words = (what: string) => ["rotate", "--stack", "local", what, "--yes", "--overlap", "3", "--json"];

  async function rotate(what: string): Promise<Record<string, unknown>> {
    const { exitCode, stdout, stderr } = await checkout.lavlay(words(what));
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  interface Token {
    id: string;
    value: string;
  }
  const tokens = () => Object.values(state().accountTokens) as Token[];
  /** The status with which the object store answers whoever has that token. */
  async function asked({ id, value }: Token): Promise<number> {
    const secretAccessKey = createHash("sha256").update(value).digest("hex");
    const s3 = new AwsClient({ accessKeyId: id, secretAccessKey, service: "s3", region: "auto" });
    return (await s3.fetch(`http://127.0.0.1:${ports().objectStore}/lavlay-media-local?list-type=2`)).status;
  }
  const functionsSecret = () =>
    (Object.values(state().functionSecrets)[0] as { secrets: Record<string, string> }).secrets[
      "FUNCTIONS_SECRET"
    ]!;
  const called = async (secret: string) =>
    (
      await fetch(`http://127.0.0.1:${ports().api}/functions/v1/send-email`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}` },
        body: "{}",
      })
    ).status;

  beforeAll(async () => {
    checkout = checkOut();
    const [, encrypted = ""] = /lavlay:databasePassword:\n\s+(secure: \S+)/.exec(yaml()) ?? [];
    writeFileSync(
      join(checkout.root, "Pulumi.local.yaml"),
      `${yaml()}  lavlay:email: { provider: resend, from: hello@lavlay.localhost } # who writes\n  lavlay:emailApiKey:\n    ${encrypted}\n`,
    );
    const started = await checkout.lavlay(["start", "--detach"]);
    expect(started.exitCode, started.stderr).toBe(0);
    load = await startUploads(checkout.local);
  });
  afterAll(async () => {
    await load?.stop();
    await checkout.remove();
  });

  it("r2, killed in the middle: the next run goes on, the new token works, the old one is refused", async () => {
    const [old] = tokens();
    expect(await asked(old!)).toBe(200);
    const killed = spawn(
      process.execPath,
      ["--import", "tsx", join(checkout.root, "ops", "cli.ts"), ...words("r2")],
      {
        cwd: checkout.root,
        env: { ...process.env, LAVLAY_LOCAL_DIR: checkout.local },
        stdio: "ignore",
      },
    );
    await until("the switch is written", () => /previous: 1/.test(yaml()));
    killed.kill("SIGKILL");
    await once(killed, "exit");

    expect(await rotate("r2")).toMatchObject({ from: 1, to: 2, resumed: true, oldRefused: true });
    expect(await asked(old!)).toBe(401);
    expect(tokens()).toHaveLength(1);
    expect(await asked(tokens()[0]!)).toBe(200);
    expect(yaml()).toContain("# who gets the alerts");
    expect(yaml()).toMatch(/lavlay:rotation:\n {4}r2:\n {6}current: 2\n/);
    expect(yaml()).not.toMatch(/next:|previous:/);
    const preview = await checkout.pulumi(["preview", "--expect-no-changes"]);
    expect(preview.exitCode, preview.stdout).toBe(0);
  });

  it("function-secrets: the new one opens the functions, the old one no more", async () => {
    const old = functionsSecret();
    expect(await called(old)).toBe(200);
    expect(await rotate("function-secrets")).toMatchObject({ from: 1, to: 2, oldRefused: true });
    expect(functionsSecret()).not.toBe(old);
    expect(await called(functionsSecret())).toBe(200);
    expect(await called(old)).toBe(401);
  });

  it("database: the old password is refused, and no secret stands anywhere in the clear", async () => {
    const url = async () =>
      (await checkout.pulumi(["stack", "output", "databaseUrl", "--show-secrets"])).stdout.trim();
    const login = async (connectionString: string) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      await client.end();
    };
    const [old, secret] = [await url(), functionsSecret()];
    await login(old);
    expect(await rotate("database")).toMatchObject({ oldRefused: true });
    const current = await url();
    await login(current);
    await expect(login(old)).rejects.toMatchObject({ code: "28P01" });
    // They have a seed of their own from then on.
    expect(functionsSecret()).toBe(secret);

    const { password } = new URL(current);
    const stack = join(checkout.local, "pulumi", ".pulumi", "stacks", "lavlay", "local.json");
    const log = join(checkout.local, "log", "daemon.log");
    for (const text of [yaml(), readFileSync(stack, "utf8"), readFileSync(log, "utf8")])
      for (const each of [password, secret]) expect(text).not.toContain(each);
  });

  it("refuses what it does not know, and to begin unasked", async () => {
    const before = yaml();
    const { exitCode, stderr } = await checkout.lavlay(["rotate", "--stack", "local", "everything"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("it must be one of r2, database, function-secrets");
    expect(stderr).toContain("Add --yes");
    expect(yaml()).toBe(before);
  });

  it("no upload has failed meanwhile", async () => {
    const { uploads, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(uploads).toBeGreaterThan(50);
  });
});
