import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { AuthError } from "./errors.ts";

/** As declared: `hook_send_email_uri` and `hook_send_email_secrets`. */
export interface EmailHook {
  readonly uri: string;
  /** `v1,whsec_<base64>`; several, joined by `|`, while one is changed for another. */
  readonly secrets: string;
}

/** For one message, all attempts together. */
const LIMIT_MS = 5_000;
const ATTEMPTS = 3;
const PAUSE_MS = 2_000;

/**
 * Hands a message to the project's send-email hook, by GoTrue's rules: signed as https://www.standardwebhooks.com says, each
 * attempt under an id of its own; again when nobody is reached or when the answer says so; JSON in answer.
 * @throws AuthError as Supabase Auth tells the client
 */
export async function callEmailHook({ uri, secrets }: EmailHook, payload: unknown): Promise<void> {
  const body = JSON.stringify(payload);
  const signal = AbortSignal.timeout(LIMIT_MS);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const headers = signed(secrets, body);
    let answer: Response;
    try {
      answer = await fetch(uri, { method: "POST", headers, body, signal });
    } catch {
      if (signal.aborted) throw tooLate();
      if (attempt === ATTEMPTS) break;
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {
        throw tooLate();
      });
      continue;
    }
    const again = (answer.status === 429 || answer.status === 503) && answer.headers.has("retry-after");
    if (!again) return accept(answer);
    if (attempt === ATTEMPTS) throw unexpected(unavailable);
  }
  throw new AuthError(422, "hook_timeout_after_retry", "Failed to reach hook after maximum retries");
}

function signed(secrets: string, body: string): Record<string, string> {
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signatures = secrets.split("|").map((secret) => {
    const key = /^v1,whsec_(.+)$/.exec(secret)?.[1];
    if (key === undefined) throw unexpected("Error generating signatures: invalid signature format");
    const mac = createHmac("sha256", Buffer.from(key, "base64")).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest("base64")}`;
  });
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    // With a comma, which the standard does not have.
    "webhook-signature": signatures.join(", "),
  };
}

function accept({ status, headers }: Response): void {
  const type = headers.get("content-type");
  if (status === 204 && type === null) return;
  if (status === 200 || status === 202 || status === 204) {
    if (/^application\/json\s*(;|$)/i.test(type ?? "")) return;
    const problem =
      type === null
        ? "Invalid Content-Type: Missing Content-Type header"
        : `Invalid JSON response. Received content-type: ${type}`;
    throw new AuthError(400, "hook_payload_invalid_content_type", problem);
  }
  throw unexpected(refusals[status] ?? `Unexpected status code returned from hook: ${status}`);
}

const unavailable = "Service currently unavailable due to hook";
const refusals: Readonly<Record<number, string>> = {
  400: "Invalid payload sent to hook",
  401: "Hook requires authorization token",
  429: unavailable,
  503: unavailable,
};
const tooLate = () =>
  new AuthError(422, "hook_timeout", "Failed to reach hook within maximum time of 5.000000 seconds");
const unexpected = (message: string) => new AuthError(500, "unexpected_failure", message);
