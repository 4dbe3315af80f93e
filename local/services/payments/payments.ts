import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { RequestListener } from "node:http";
import { Hono } from "hono";
import { z } from "zod";
import { type Faults, faulty } from "../http/faults.ts";

/** What Paystack does and the local one does not. */
export const notImitated: readonly string[] = [
  "paying: POST /local/pay/<reference> stands for a customer who does, and answers once the webhook has",
  "sending a webhook that is not acknowledged again for 72 hours: it is sent when it is asked for",
  "all paths but initialize and verify a transaction; refunds, transfers, subscriptions, fees, other channels than card",
];

/** What opens the local one and signs its webhooks. Not secret: nothing but this machine answers to it. */
export const localSecretKey = `sk_test_${"0".repeat(40)}`;

export interface PaymentsOptions {
  secretKey?: string;
  /** Where events go. */
  webhookUrl: () => string;
  /** Milliseconds since 1970. Default: the clock. */
  now?: () => number;
}

export interface Payments {
  readonly listener: RequestListener;
  /** How it fails, from now on. */
  readonly faults: Faults;
}

interface Transaction {
  readonly id: number;
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly email: string;
  readonly metadata: unknown;
  readonly createdAt: string;
  paidAt?: string;
}

/** Currencies of Paystack; amounts are in their hundredth. */
const currencies = ["NGN", "GHS", "ZAR", "KES", "USD", "XOF"] as const;
const initialization = z.looseObject({
  email: z.email(),
  // It takes numbers in texts too.
  amount: z.coerce.number().int().positive(),
  currency: z.enum(currencies).default("NGN"),
  reference: z
    .string()
    .regex(/^[A-Za-z0-9.=_-]{1,100}$/)
    .optional(),
  metadata: z.unknown().optional(),
});

/** Paystack's API for a transaction: https://paystack.com/docs/api/transaction */
export function createPayments({
  secretKey = localSecretKey,
  webhookUrl,
  now = Date.now,
}: PaymentsOptions): Payments {
  const transactions = new Map<string, Transaction>();
  const app = new Hono();

  app.use("/transaction/*", async (context, next) => {
    const key = /^Bearer +(\S+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    return key !== undefined && same(key, secretKey) ? next() : refusal(401, "Invalid key", "invalid_Key");
  });

  app.post("/transaction/initialize", async (context) => {
    const parsed = initialization.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join(".") || "body";
      return refusal(400, `Invalid ${field.charAt(0).toUpperCase()}${field.slice(1)} Sent`, "invalid_params");
    }
    const { email, amount, currency, metadata } = parsed.data;
    const reference = parsed.data.reference ?? randomBytes(6).toString("hex");
    if (transactions.has(reference))
      return refusal(400, "Duplicate Transaction Reference", "duplicate_reference");
    const id = 3_000_000_000 + transactions.size;
    transactions.set(reference, { id, reference, amount, currency, email, metadata, createdAt: iso(now()) });
    const code = randomBytes(8).toString("hex");
    return context.json({
      status: true,
      message: "Authorization URL created",
      data: { authorization_url: `https://checkout.paystack.com/${code}`, access_code: code, reference },
    });
  });

  app.get("/transaction/verify/:reference", (context) => {
    const found = transactions.get(context.req.param("reference"));
    if (!found) return refusal(400, "Transaction reference not found.", "transaction_not_found");
    return context.json({ status: true, message: "Verification successful", data: describe(found) });
  });

  // Stands for the customer at the checkout; again, for Paystack sending its webhook again.
  app.post("/local/pay/:reference", async (context) => {
    const found = transactions.get(context.req.param("reference"));
    if (!found) return refusal(404, "Transaction reference not found.", "transaction_not_found");
    found.paidAt ??= iso(now());
    const answer = await send({ event: "charge.success", data: describe(found) }).catch(() => undefined);
    return context.json({ status: true, message: "Charged", data: { webhook: answer?.status ?? null } });
  });

  app.notFound(() => refusal(404, "The requested route does not exist", "not_found"));

  function send(event: unknown): Promise<Response> {
    const body = JSON.stringify(event);
    return fetch(webhookUrl(), {
      method: "POST",
      headers: { "content-type": "application/json", "x-paystack-signature": sign(body, secretKey) },
      body,
      signal: AbortSignal.timeout(30_000),
    });
  }

  const faults: Faults = {};
  return {
    faults,
    listener: faulty(app.fetch, faults, (status) =>
      refusal(status, status === 429 ? "Too many requests" : "An error occurred", "api_error"),
    ),
  };
}

/** What `x-paystack-signature` holds for a body. */
export function sign(body: string, secretKey: string): string {
  return createHmac("sha512", secretKey).update(body).digest("hex");
}

function describe({ id, reference, amount, currency, email, metadata, createdAt, paidAt }: Transaction) {
  return {
    id,
    domain: "test",
    status: paidAt ? "success" : "abandoned",
    reference,
    amount,
    message: null,
    gateway_response: paidAt ? "Successful" : "The transaction was not completed",
    paid_at: paidAt ?? null,
    created_at: createdAt,
    channel: "card",
    currency,
    ip_address: "127.0.0.1",
    metadata: metadata ?? "",
    fees: paidAt ? Math.round(amount * 0.015) : null,
    customer: { id, first_name: null, last_name: null, email, customer_code: `CUS_${id}`, phone: null },
    authorization: paidAt ? { last4: "4081", card_type: "visa", channel: "card", reusable: true } : {},
  };
}

function refusal(status: number, message: string, code: string): Response {
  return Response.json({ status: false, message, type: "validation_error", code }, { status });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
