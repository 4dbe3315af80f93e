import { isObject } from "../_shared/small-body.ts";

/** A payment as the ledger takes it. */
export interface Charge {
  reference: string;
  /** The account that gets the points; null where the event names none, or another currency than naira. */
  payer: string | null;
  kobo: number;
  /** ISO time. */
  paidAt: string;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * What a `charge.success` event says was paid; undefined where it does not say what such an event must.
 * The payer is the `user_id` of the metadata that the transaction was initialized with.
 */
export function chargeOf(data: unknown): Charge | undefined {
  if (!isObject(data) || data["status"] !== "success") return undefined;
  const { reference, amount, currency, paid_at: paidAt } = data;
  if (typeof reference !== "string" || !/^[A-Za-z0-9.=_-]{1,100}$/.test(reference)) return undefined;
  if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount <= 0) return undefined;
  const time = typeof paidAt === "string" ? Date.parse(paidAt) : NaN;
  const user = metadataOf(data["metadata"])["user_id"];
  return {
    reference,
    payer: currency === "NGN" && typeof user === "string" && uuid.test(user) ? user : null,
    kobo: amount,
    paidAt: new Date(Number.isNaN(time) ? Date.now() : time).toISOString(),
  };
}

/** Paystack gives it back as it was given: as an object, or as JSON in a text. */
function metadataOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  try {
    const parsed: unknown = typeof value === "string" ? JSON.parse(value) : undefined;
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
