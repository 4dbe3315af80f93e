import type { Database } from "../_shared/database.ts";
import { type Exchange, HttpError, json } from "../_shared/http.ts";
import { parseObject, readSmallBody } from "../_shared/small-body.ts";
import type { WebhookVerifier } from "../_shared/standard-webhook.ts";
import { authMessages, type AuthMessage } from "./auth-messages.ts";
import type { Counts, Queue } from "./queue.ts";

export interface AuthHookParts {
  verifier: WebhookVerifier;
  supabaseUrl: string;
  database: Database;
  queue: Queue;
}

const largestBody = 64 * 1024;
/** Auth waits 5 s for an answer; what does not go out by then goes with the queue. */
const limits = { milliseconds: 1_500, requestMs: 1_500 };

/**
 * Supabase Auth's send-email hook. A message is in the queue before anything is sent, known by what it says, so that the same
 * message sent again sends nothing: Auth gives each attempt another id. Then it goes out at once, and when the provider
 * cannot take it, later.
 */
export function createAuthHook({ verifier, supabaseUrl, database, queue }: AuthHookParts) {
  return async (request: Request, exchange: Exchange): Promise<Response> => {
    const body = await readSmallBody(request, largestBody);
    await verifier.verify(request.headers, body);
    const messages = authMessages(parseObject(body), supabaseUrl);
    if (messages === undefined) throw new HttpError(422, "unknown_message", "This message is not known.");

    const digest = await sha256(body);
    const queued = await exchange.timed("queue", () =>
      Promise.all(messages.map((message, index) => add(message, `auth ${digest} ${index}`))),
    );
    const fresh = queued.filter((each) => each !== null);
    const sent = await exchange.timed("send", () =>
      sum(fresh.map((single) => queue.send({ ...limits, single }))),
    );
    exchange.note({ templates: messages.map(({ template }) => template), queued: fresh.length, sent });
    return json({});
  };

  function add({ template, address, data }: AuthMessage, cause: string): Promise<string | null> {
    return database.call<string | null>("queue_email", { template, address, data, cause });
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How many were sent. What went wrong is no concern of Auth's: the messages are in the queue. */
async function sum(sendings: readonly Promise<Counts>[]): Promise<number> {
  const settled = await Promise.allSettled(sendings);
  return settled.reduce((total, each) => total + (each.status === "fulfilled" ? each.value.sent : 0), 0);
}
