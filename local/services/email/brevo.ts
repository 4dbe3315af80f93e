import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { type Outbox, RememberedKeys } from "./outbox.ts";

const person = z.looseObject({ email: z.email(), name: z.string().max(70).optional() });

/** What `POST /v3/smtp/email` takes; the rest of its fields are accepted and left alone. */
const body = z.looseObject({
  sender: person,
  to: z.array(person).min(1).max(99),
  subject: z.string().min(1),
  htmlContent: z.string().min(10).optional(),
  textContent: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

export interface BrevoOptions {
  outbox: Outbox;
  /** The keys that open it. */
  apiKeys: readonly string[];
  /** Milliseconds since 1970. Default: the clock. */
  now?: () => number;
}

/** Brevo's API, as far as it sends: https://developers.brevo.com/reference/sendtransacemail */
export function createBrevo({ outbox, apiKeys, now = Date.now }: BrevoOptions): Hono {
  // The shorter of the two times that its pages name.
  const taken = new RememberedKeys<true>(15 * 60 * 1000, now);
  const app = new Hono();

  app.use(async (context, next) => {
    const key = context.req.header("api-key");
    if (key === undefined) return brevoError(401, "unauthorized", "authentication not found in headers");
    if (!apiKeys.includes(key)) return brevoError(401, "unauthorized", "Key not found");
    return next();
  });

  app.post("/v3/smtp/email", async (context) => {
    const parsed = body.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.join(".") || "body";
      return issue?.code === "invalid_type" && issue.input === undefined
        ? brevoError(400, "missing_parameter", `${field} is missing`)
        : brevoError(400, "invalid_parameter", `${field} is not valid`);
    }
    const { sender, to, subject, htmlContent, textContent, headers } = parsed.data;
    if (htmlContent === undefined && textContent === undefined) {
      return brevoError(400, "missing_parameter", "either of htmlContent or textContent is required");
    }
    const key = headers?.["idempotencyKey"];
    if (key !== undefined) {
      if (!z.uuid().safeParse(key).success) {
        return brevoError(400, "invalid_parameter", "idempotencyKey must be a UUID");
      }
      if (taken.get(key)) return brevoError(400, "duplicate_request", "Request was processed already");
      taken.set(key, true);
    }
    const messageId = `<${randomUUID()}@smtp-relay.mailin.fr>`;
    outbox.add({
      id: messageId,
      provider: "brevo",
      from: sender.name ? `${sender.name} <${sender.email}>` : sender.email,
      to: to.map(({ email }) => email),
      subject,
      text: textContent,
      html: htmlContent,
      key,
    });
    return context.json({ messageId }, 201);
  });

  app.notFound(() => brevoError(404, "document_not_found", "Route does not exist"));
  return app;
}

/** As every error of Brevo. */
export function brevoError(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
