import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkOut, type Checkout } from "./checkout.ts";

describe("the policy pack, run by the engine", () => {
  let checkout: Checkout;
  const preview = () => checkout.pulumi(["preview", "--policy-pack", join(checkout.root, "infra", "policy")]);
  const edit = (file: string, change: (text: string) => string) => {
    const path = join(checkout.root, file);
    const before = readFileSync(path, "utf8");
    const after = change(before);
    expect(after, file).not.toBe(before);
    writeFileSync(path, after);
    return () => writeFileSync(path, before);
  };

  beforeAll(async () => {
    checkout = checkOut();
    const { exitCode, stderr } = await checkout.lavlay(["start", "--detach"]);
    expect(exitCode, stderr).toBe(0);
  });
  afterAll(() => checkout.remove());

  it("passes the program as it is", async () => {
    const { exitCode, stdout, stderr } = await preview();
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain("lavlay@v1.0.0");
  });

  it("refuses what breaks it, with every violation", async () => {
    const undo = [
      edit("infra/edge/zone-settings.ts", (text) =>
        text.replace('min_tls_version: "1.2"', 'min_tls_version: "1.0"'),
      ),
      edit("infra/media/media.ts", (text) => text.replace("origins: args.allowedOrigins", 'origins: ["*"]')),
    ];
    const { exitCode, stdout, stderr } = await preview();
    undo.forEach((back) => back());
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(/min_tls_version: 1\.0/);
    expect(stdout + stderr).toMatch(/rules\[0\]\.allowed\.origins: \*/);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
  });

  it("refuses a secret in plain, without telling it", async () => {
    const undo = edit("infra/database/database.ts", (text) =>
      text.replace(
        "environment: { DATABASE_URL: pulumi.secret(args.connectionString) }",
        'environment: { DATABASE_URL: "postgresql://postgres:hunter2@db/postgres" }',
      ),
    );
    const { exitCode, stdout, stderr } = await preview();
    undo();
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(/environment\.DATABASE_URL: a plain value/);
    expect(stdout + stderr).not.toContain("hunter2");
  });
});
