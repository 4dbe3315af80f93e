import { createHash, randomUUID } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { type Outbox, RememberedKeys } from "./outbox.ts";

const address = z
  .string()
  .regex(/^([^<>\r\n]*<[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+)$/);
const addresses = z.union([address, z.array(address).min(1).max(50)]);

/** What `POST /emails` takes; the rest of its fields are accepted and left alone. */
const body = z.looseObject({
  from: address,
  to: addresses,
  subject: z.string().min(1).max(998),
  text: z.string().optional(),
  html: z.string().optional(),
  cc: addresses.optional(),
  bcc: addresses.optional(),
});

export interface ResendOptions {
  outbox: Outbox;
  /** The keys that open it. */
  apiKeys: readonly string[];
  /** Milliseconds since 1970. Default: the clock. */
  now?: () => number;
}

/** Resend's API, as far as it sends: https://resend.com/docs/api-reference */
export function createResend({ outbox, apiKeys, now = Date.now }: ResendOptions): Hono {
  const taken = new RememberedKeys<{ id: string; content: string }>(24 * 3600 * 1000, now);
  const app = new Hono();

  app.use(async (context, next) => {
    const key = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    if (key === undefined) return resendError(401, "missing_api_key", "Missing API Key");
    if (!apiKeys.includes(key)) return resendError(403, "invalid_api_key", "API key is invalid");
    return next();
  });

  app.post("/emails", async (context) => {
    const text = await context.req.text();
    const parsed = body.safeParse(json(text));
    if (!parsed.success) {
      const missing = parsed.error.issues.find(
        ({ code, input }) => code === "invalid_type" && input === undefined,
      );
      return missing
        ? resendError(422, "missing_required_field", `Missing \`${missing.path.join(".")}\` field.`)
        : resendError(
            422,
            "validation_error",
            `Invalid \`${parsed.error.issues[0]?.path.join(".")}\` field.`,
          );
    }
    const { from, to, subject, html, text: plain } = parsed.data;
    if (html === undefined && plain === undefined) {
      return resendError(422, "validation_error", "Missing `html` or `text` field.");
    }
    const key = context.req.header("idempotency-key");
    if (key !== undefined && (key.length < 1 || key.length > 256)) {
      return resendError(400, "invalid_idempotency_key", "The key must be between 1-256 chars");
    }
    const content = createHash("sha256").update(text).digest("hex");
    const before = key === undefined ? undefined : taken.get(key);
    if (before !== undefined) {
      if (before.content === content) return context.json({ id: before.id });
      return resendError(
        409,
        "invalid_idempotent_request",
        "Same idempotency key used with a different request payload",
      );
    }
    const id = randomUUID();
    if (key !== undefined) taken.set(key, { id, content });
    outbox.add({ id, provider: "resend", from, to: [to].flat(), subject, text: plain, html, key });
    return context.json({ id });
  });

  // What was sent, of both providers, for people to look at.
  app.get("/local/emails", (context) => context.json(outbox.list()));
  app.all("/emails", () =>
    resendError(405, "method_not_allowed", "Method is not allowed for the requested path"),
  );
  app.notFound(() => resendError(404, "not_found", "The requested endpoint does not exist"));
  return app;
}

/** As every error of Resend. */
export function resendError(statusCode: number, name: string, message: string): Response {
  return Response.json(
    { statusCode, name, message },
    { status: statusCode, headers: statusCode === 429 ? { "retry-after": "1" } : {} },
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
