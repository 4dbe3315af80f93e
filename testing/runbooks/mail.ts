import { localApiKeys } from "../../local/services/email/email.ts";
import type { SentEmail } from "../../local/services/email/outbox.ts";
import type { Faults } from "../../local/services/http/faults.ts";
import { ada, type OperatedStack } from "./operated-stack.ts";

/** The database queues a message and calls the function that sends it. @param cause each once */
export async function queueMail(stack: OperatedStack, cause: string): Promise<void> {
  await stack.sql(`
    select queue_email('welcome', user_id => '${ada}', cause => '${cause}');
    select private.call_function('send-email')`);
}

/** Why each message that waits was not sent at its last attempt. */
export async function waiting(stack: OperatedStack): Promise<unknown[]> {
  const rows = await stack.sql(
    "select last_error from private.email_queue where sent_at is null and dead_at is null",
  );
  return rows.map(({ last_error: error }) => error);
}

/** What was sent, by whichever provider; Resend's stand-in tells it, so not while that is down. */
export async function sentMail(stack: OperatedStack): Promise<SentEmail[]> {
  const answer = await fetch(`http://127.0.0.1:${stack.daemon().ports.management}/resend/local/emails`, {
    headers: { authorization: `Bearer ${localApiKeys.resend}` },
  });
  return (await answer.json()) as SentEmail[];
}

/** How Resend fails from now on. */
export async function tellResend(stack: OperatedStack, faults: Faults): Promise<void> {
  await stack.vendor("PUT", "/resend/local/faults", "SUPABASE_ACCESS_TOKEN", faults);
}
