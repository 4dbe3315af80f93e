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
    ["free", {}, [], undefined, []],
    [
      "free",
      { email, payments },
      ["send-email", "paystack-webhook"],
      undefined,
      ["EMAIL_API_KEY", "PAYSTACK_SECRET_KEY"],
    ],
    [
      "pro",
      { email },
      ["send-email"],
      ["lavlay-send-email", "lavlay-forget-emails"],
      ["AUTH_HOOK_SECRET", "EMAIL_API_KEY"],
    ],
    ["pro", { payments }, ["paystack-webhook"], [], ["PAYSTACK_SECRET_KEY"]],
    ["team", {}, ["process-jobs"], ["lavlay-process-jobs", "lavlay-clean-up"], ["FUNCTIONS_SECRET"]],
  ])("tier %s with %j has %j, calls %j", (tier, changes, functions, calls, secrets) => {
    const found = background({ tier, ...changes });
    expect(found.functions).toEqual(functions);
    expect(found.calls?.map(({ name }) => name)).toEqual(calls);
    expect(Object.keys(found.functionSecrets)).toEqual(expect.arrayContaining(secrets));
    expect(found.emailHookSecret !== undefined).toBe("email" in changes);
    if (functions.length === 0) expect(found.functionSecrets).toEqual({});
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
