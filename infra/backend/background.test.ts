import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { testSettings } from "../settings/testing.ts";
import { backgroundOf } from "./background.ts";
import { derivedSecret } from "./derived-secret.ts";

const email = { provider: "resend", from: "LavLay <hello@lavlay.com>" };
const payments = { paystack: {} };
const keys = { emailApiKey: "re_key", paystackSecretKey: "sk_test_key" };
const secretKeys = ["lavlay:databasePassword", "lavlay:emailApiKey", "lavlay:paystackSecretKey"];

function background(changes: Record<string, unknown>) {
  return backgroundOf(testSettings({ ...changes, ...keys }, secretKeys), {
    databasePassword: pulumi.secret("correct horse battery"),
    emailApiKey: pulumi.secret("re_key"),
    paystackSecretKey: pulumi.secret("sk_test_key"),
  });
}

describe("the functions that no person calls", () => {
  test.each([
    ["free", {}, [], [], []],
    [
      "free",
      { email, payments },
      ["send-email", "paystack-webhook"],
      ["lavlay-send-email", "lavlay-forget-emails"],
      ["EMAIL_API_KEY", "FUNCTIONS_SECRET", "PAYSTACK_SECRET_KEY"],
    ],
    [
      "pro",
      { email },
      ["send-email"],
      ["lavlay-send-email", "lavlay-forget-emails", "lavlay-slow-queries"],
      ["AUTH_HOOK_SECRET", "EMAIL_API_KEY"],
    ],
    ["pro", { payments }, ["paystack-webhook"], ["lavlay-slow-queries"], ["PAYSTACK_SECRET_KEY"]],
    [
      "team",
      {},
      ["process-jobs"],
      ["lavlay-process-jobs", "lavlay-clean-up", "lavlay-slow-queries"],
      ["FUNCTIONS_SECRET"],
    ],
  ])("tier %s with %j has %j, calls %j", (tier, changes, functions, calls, secrets) => {
    const found = background({ tier, ...changes });
    expect(found.functions).toEqual(functions);
    expect(found.calls.map(({ name }) => name)).toEqual(calls);
    expect(Object.keys(found.functionSecrets)).toEqual(expect.arrayContaining(secrets));
    expect(found.emailHookSecret !== undefined).toBe("email" in changes);
    if (functions.length === 0) expect(found.functionSecrets).toEqual({});
  });
});

describe("who is told of slow queries", () => {
  const webhook = "https://hooks.lavlay.com";
  const emails = ["ops@lavlay.com"];
  test("the webhook, and by e-mail where the stack sends any", () => {
    const monitoring = { emails, webhook };
    expect(background({ tier: "pro", monitoring }).alertReceivers).toMatchObject({ emails: [], webhook });
    expect(background({ tier: "pro", monitoring, email }).alertReceivers).toMatchObject({ emails, webhook });
  });
  test("by the budget, and nobody where alerts are off", () => {
    const objectives = { queryMilliseconds: 250 };
    expect(background({ tier: "pro", objectives }).calls.at(-1)?.command).toBe(
      "select private.watch_queries(250)",
    );
    const off = background({ tier: "pro", monitoring: { enabled: false, emails } });
    expect([off.calls, off.alertReceivers]).toEqual([[], undefined]);
    // The SQL that looks for them comes with tier pro.
    const below = background({ tier: "free", monitoring: { enabled: true, emails } });
    expect([below.calls, below.alertReceivers]).toEqual([[], undefined]);
  });
});

test("a derived secret is the same each time, another for another purpose or password, and secret", async () => {
  const of = async (password: string, purpose: string) => {
    const output = derivedSecret(pulumi.output(password), purpose);
    expect(await pulumi.isSecret(output)).toBe(true);
    return new Promise<string>((resolve) => output.apply(resolve));
  };
  const [one, again, other, changed] = await Promise.all([
    of("a", "x"),
    of("a", "x"),
    of("a", "y"),
    of("b", "x"),
  ]);
  expect(Buffer.from(one!, "base64")).toHaveLength(32);
  expect(again).toBe(one);
  expect(new Set([one, other, changed]).size).toBe(3);
});
