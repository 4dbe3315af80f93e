import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "../../../testing/serve.ts";
import { startTestBackend, type TestBackend } from "../functions/testing/backend.ts";
import type { Worker } from "../functions/worker.ts";
import { createPayments, localSecretKey, sign } from "./payments.ts";

/** The function as it is deployed, in real Deno on real Postgres, called by a stand-in that signs as Paystack does. */

let backend: TestBackend;
let worker: Worker;
let paystack: { url: string; close(): Promise<void> };
let gateway: string;
let user: string;

beforeAll(async () => {
  backend = await startTestBackend((request) => worker.fetch(request, "/paystack-webhook"));
  gateway = `${backend.url}/functions/v1/paystack-webhook`;
  const payments = createPayments({ webhookUrl: () => gateway });
  paystack = await serve(payments.listener);
  worker = backend.start("paystack-webhook", {
    PAYSTACK_SECRET_KEY: localSecretKey,
    PAYSTACK_KOBO_PER_POINT: "100",
    EMAIL_PROVIDER: "resend",
  });
  user = await backend.signUp("payer");
});
afterAll(async () => {
  await paystack?.close();
  await backend?.close();
});

const ask = (path: string, body?: unknown, key = localSecretKey) =>
  fetch(`${paystack.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const initialize = async (more: Record<string, unknown> = {}) => {
  const answer = await ask("/transaction/initialize", {
    email: "payer@people.example",
    amount: 250_050,
    metadata: { user_id: user },
    ...more,
  });
  return ((await answer.json()) as { data: { reference: string } }).data.reference;
};
const pay = async (reference: string) =>
  ((await (await ask(`/local/pay/${reference}`, {})).json()) as { data: { webhook: number } }).data.webhook;
const payment = async (reference: string) =>
  (
    await backend.owner.query(
      "select user_id, kobo::int, points, status, paid_at from payments where reference = $1",
      [reference],
    )
  ).rows;
const points = async () =>
  (await backend.owner.query("select points from users where id = $1", [user])).rows[0].points as number;
const receipts = async (reference: string) =>
  (
    await backend.owner.query("select user_id from private.email_queue where cause = $1", [
      `payment ${reference}`,
    ])
  ).rowCount;

const deliver = (body: string, signature: string | undefined) =>
  fetch(gateway, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...(signature && { "x-paystack-signature": signature }) },
  });
const event = (data: Record<string, unknown>, name = "charge.success") =>
  JSON.stringify({
    event: name,
    data: {
      status: "success",
      reference: "made-up",
      amount: 1000,
      currency: "NGN",
      paid_at: "2026-01-02T03:04:05.000Z",
      metadata: { user_id: user },
      customer: { email: "payer@people.example" },
      ...data,
    },
  });

describe("a payment", () => {
  test("is recorded with its points and its receipt", async () => {
    const before = await points();
    const reference = await initialize();
    expect(await payment(reference)).toEqual([]);
    expect(await pay(reference)).toBe(200);
    expect(await payment(reference)).toEqual([
      { user_id: user, kobo: 250_050, points: 2500, status: "paid", paid_at: expect.any(Date) },
    ]);
    expect(await points()).toBe(before + 2500);
    expect(await receipts(reference)).toBe(1);
    const verified = (await (await ask(`/transaction/verify/${reference}`)).json()) as { data: unknown };
    expect(verified.data).toMatchObject({ status: "success", amount: 250_050 });
  });

  test("that is told again changes nothing, one by one or twenty at once", async () => {
    const before = await points();
    const reference = await initialize();
    expect(await Promise.all(Array.from({ length: 20 }, () => pay(reference)))).toEqual(Array(20).fill(200));
    expect(await pay(reference)).toBe(200);
    expect(await points()).toBe(before + 2500);
    expect(await payment(reference)).toHaveLength(1);
    const { rowCount } = await backend.owner.query("select from points_transactions where reason = $1", [
      `payment ${reference}`,
    ]);
    expect([rowCount, await receipts(reference)]).toEqual([1, 1]);
  });

  test.each([
    ["of nobody", { metadata: {} }],
    ["of an unknown account", { metadata: { user_id: "00000000-0000-4000-8000-000000000000" } }],
    ["of somebody who is no account", { metadata: { user_id: "'; drop table payments; --" } }],
    ["in another currency", { currency: "USD" }],
  ])("%s is kept for people and brings no points", async (_, more) => {
    const before = await points();
    const reference = await initialize(more);
    expect(await pay(reference)).toBe(200);
    expect(await payment(reference)).toMatchObject([{ user_id: null, points: 0, status: "unmatched" }]);
    expect([await points(), await receipts(reference)]).toEqual([before, 0]);
  });

  test("whose metadata comes as text is known", async () => {
    const body = event({ reference: "metadata-text", metadata: JSON.stringify({ user_id: user }) });
    expect((await deliver(body, sign(body, localSecretKey))).status).toBe(200);
    expect(await payment("metadata-text")).toMatchObject([{ user_id: user, points: 10 }]);
  });

  test("is not acknowledged while it cannot be recorded, and recorded when it comes again", async () => {
    const reference = await initialize();
    await backend.owner.query(
      "alter function record_payment rename to record_payment_away; notify pgrst, 'reload schema'",
    );
    try {
      expect(await pay(reference)).toBe(503);
    } finally {
      await backend.owner.query(
        "alter function record_payment_away rename to record_payment; notify pgrst, 'reload schema'",
      );
    }
    await expect.poll(() => pay(reference)).toBe(200);
    expect(await payment(reference)).toHaveLength(1);
  });
});

describe("refused is what", () => {
  const body = event({ reference: "forged", amount: 100_000_000 });
  const right = () => sign(body, localSecretKey);
  test.each<[string, () => string | undefined]>([
    ["is not signed", () => undefined],
    ["is signed with another key", () => sign(body, "sk_test_other")],
    ["is signed for another body", () => sign(`${body} `, localSecretKey)],
    ["has a truncated signature", () => right().slice(0, 127)],
    ["has half a signature", () => right().slice(0, 64)],
    ["has a longer signature", () => `${right()}00`],
    ["has a signature that is no hex", () => "x".repeat(128)],
    ["has an empty signature", () => " "],
    ["has one digit changed", () => right().replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
  ])("%s", async (_, signature) => {
    const answer = await deliver(body, signature());
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: "wrong_signature" }),
    ]);
    expect(await payment("forged")).toEqual([]);
  });

  test("is too large, by its declared length and while it flows", async () => {
    const large = "x".repeat(300_000);
    expect((await deliver(large, sign(large, localSecretKey))).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 10; n++) controller.enqueue(new Uint8Array(100_000));
        controller.close();
      },
    });
    const init = {
      method: "POST",
      body: stream,
      duplex: "half",
      headers: { "x-paystack-signature": "0".repeat(128) },
    };
    const answer = await worker.fetch(new Request("http://f/", init as RequestInit), "/paystack-webhook");
    expect(answer.status).toBe(413);
  });

  test("is signed and says nothing that can be recorded", async () => {
    for (const [text, status] of [
      ["not json", 400],
      ["[]", 400],
      [event({ reference: "a/b" }), 422],
      [event({ amount: -5 }), 422],
      [event({ amount: 1.5 }), 422],
      [event({ status: "failed" }), 422],
    ] as const) {
      expect((await deliver(text, sign(text, localSecretKey))).status, text).toBe(status);
    }
  });

  test("a page sends", async () => {
    const answer = await fetch(gateway, {
      method: "POST",
      body,
      headers: { origin: "https://evil.example", "x-paystack-signature": right() },
    });
    expect(answer.status).toBe(403);
  });
});

test("other events are acknowledged and left alone", async () => {
  for (const name of ["transfer.success", "charge.dispute.create", "refund.processed"]) {
    const body = event({ reference: "other-event" }, name);
    expect((await deliver(body, sign(body, localSecretKey))).status).toBe(200);
  }
  expect(await payment("other-event")).toEqual([]);
});

test("the payer's account goes, the payment stays", async () => {
  const gone = await backend.signUp("gone");
  const reference = await initialize({ metadata: { user_id: gone } });
  await pay(reference);
  await backend.owner.query("delete from auth.users where id = $1", [gone]);
  expect(await payment(reference)).toMatchObject([{ user_id: null, kobo: 250_050, status: "paid" }]);
});

test("the stand-in refuses what Paystack refuses", async () => {
  expect((await ask("/transaction/initialize", {}, "sk_test_wrong")).status).toBe(401);
  expect(await (await ask("/transaction/initialize", { email: "x", amount: 1 })).json()).toMatchObject({
    status: false,
    message: "Invalid Email Sent",
  });
  const reference = await initialize();
  expect(
    await (await ask("/transaction/initialize", { email: "a@b.co", amount: 1, reference })).json(),
  ).toMatchObject({
    message: "Duplicate Transaction Reference",
  });
  expect((await ask("/transaction/verify/none")).status).toBe(400);
});

test("nothing personal and nothing secret is in any log", () => {
  const log = backend.printed.join("\n");
  expect(backend.printed.length).toBeGreaterThan(30);
  expect(log).not.toMatch(/people\.example/);
  expect(log).not.toContain(user);
  expect(log).not.toContain(localSecretKey);
});
