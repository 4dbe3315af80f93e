import type { Database } from "../_shared/database.ts";
import { type Exchange, HttpError, json } from "../_shared/http.ts";
import { Mac } from "../_shared/mac.ts";
import { parseObject, readSmallBody } from "../_shared/small-body.ts";
import { chargeOf } from "./charge.ts";

export interface WebhookParts {
  /** Paystack's secret key, with which it signs. */
  secretKey: string;
  koboPerPoint: number;
  /** Whether payers get a receipt by e-mail. */
  receipts: boolean;
  database: Database;
}

/** Paystack's events have a few kB. */
const largestBody = 256 * 1024;
/** What `points` of the ledger holds. */
const mostPoints = 2_147_483_647;

/**
 * Paystack's events. A successful charge is recorded once, with its points, before it is acknowledged: what is not
 * acknowledged Paystack sends again. Every other event is acknowledged and left alone.
 */
export function createWebhook({ secretKey, koboPerPoint, receipts, database }: WebhookParts) {
  const mac = secretKey === "" ? undefined : new Mac(secretKey, "SHA-512");
  return async (request: Request, exchange: Exchange): Promise<Response> => {
    // Before the body: a stranger does not get to send one.
    const signature = signatureOf(request.headers.get("x-paystack-signature"));
    const body = await readSmallBody(request, largestBody);
    if (!(await mac?.isOf(signature, body))) throw wrongSignature();

    const { event, data } = parseObject(body);
    if (event !== "charge.success") {
      exchange.note({
        event: typeof event === "string" && /^[a-z._]{1,40}$/.test(event) ? event : "unknown",
      });
      return json({ received: true });
    }
    const charge = chargeOf(data);
    if (charge === undefined) {
      throw new HttpError(422, "not_a_charge", "The event does not say what was paid.");
    }
    const { reference, payer, kobo, paidAt } = charge;
    const first = await exchange.timed("record", () =>
      database.call<boolean>("record_payment", {
        reference,
        payer,
        kobo,
        points: Math.min(Math.floor(kobo / koboPerPoint), mostPoints),
        paid_at: paidAt,
        receipt: receipts,
      }),
    );
    exchange.note({ event, recorded: first, matched: payer !== null });
    return json({ received: true });
  };
}

/** 64 bytes in hex. */
function signatureOf(header: string | null): Uint8Array<ArrayBuffer> {
  if (header === null || !/^[0-9a-f]{128}$/i.test(header)) throw wrongSignature();
  return Uint8Array.from(header.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

function wrongSignature(): HttpError {
  return new HttpError(401, "wrong_signature", "The signature is not right.");
}
