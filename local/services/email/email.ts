import type { RequestListener } from "node:http";
import { type Faults, faulty } from "../http/faults.ts";
import { brevoError, createBrevo } from "./brevo.ts";
import { Outbox } from "./outbox.ts";
import { createResend, resendError } from "./resend.ts";

/** What Resend and Brevo do and the local ones do not. */
export const notImitated: readonly string[] = [
  "delivery: a message that is taken is kept and shown, and goes to nobody",
  "all paths but those that send one message; batches, templates, attachments, schedules, webhooks",
  "verified domains, suppression lists, quotas and rate limits, other than when told to fail",
  "Brevo's answer to a message that it has already: its pages do not say which; here the code duplicate_request",
];

/** What opens the local ones, in the vendors' own forms. Not secret: nothing but this machine answers to them. */
export const localApiKeys = { resend: "re_local_0000000000000000", brevo: `xkeysib-${"0".repeat(64)}-local` };

export interface EmailOptions {
  apiKeys?: { resend: string; brevo: string };
  /** Milliseconds since 1970. Default: the clock. */
  now?: () => number;
}

/** Both providers' APIs, recording what they are given. */
export interface EmailServices {
  readonly outbox: Outbox;
  /** How they fail, from now on. */
  readonly faults: Faults;
  readonly resend: RequestListener;
  readonly brevo: RequestListener;
}

export function createEmail({ apiKeys = localApiKeys, now }: EmailOptions = {}): EmailServices {
  const outbox = new Outbox();
  const faults: Faults = {};
  const resend = createResend({ outbox, apiKeys: [apiKeys.resend], now });
  const brevo = createBrevo({ outbox, apiKeys: [apiKeys.brevo], now });
  return {
    outbox,
    faults,
    resend: faulty(resend.fetch, faults, (status) =>
      status === 429
        ? resendError(
            429,
            "rate_limit_exceeded",
            "Too many requests. You can only make 2 requests per second.",
          )
        : resendError(status, "internal_server_error", "An unexpected error occurred."),
    ),
    brevo: faulty(brevo.fetch, faults, (status) =>
      status === 429
        ? brevoError(429, "too_many_requests", "Rate limit exceeded")
        : brevoError(status, "internal_error", "Internal error"),
    ),
  };
}
