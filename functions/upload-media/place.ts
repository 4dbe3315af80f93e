import { HttpError } from "../_shared/http.ts";
import type { MediaStore, PutOptions } from "../_shared/r2.ts";
import { type Bucket, extensionOf, type MediaType } from "../_shared/upload-rules.ts";
import { otherFile } from "./refusals.ts";

/** A key is never written twice, so that what it holds may be kept for ever. */
export const cacheControl = "public, max-age=31536000, immutable";

export interface Place {
  key: string;
  options: PutOptions;
  /** Whether there is a file already, under the same Idempotency-Key. */
  isTaken: boolean;
}

/** The client's word for one upload, by which a repetition is known; null when it gives none. Throws 400. */
export function readIdempotencyKey(request: Request): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null || /^[\x21-\x7e]{8,255}$/.test(key)) return key;
  const message = "An Idempotency-Key has 8 to 255 visible ASCII characters and no spaces.";
  throw new HttpError(400, "bad_idempotency_key", message);
}

/** Where a file goes. Throws 409 when its Idempotency-Key was used, in this bucket, for a file of another type. */
export async function findPlace(
  store: MediaStore,
  file: { bucket: Bucket; userId: string; idempotencyKey: string | null; contentType: MediaType },
): Promise<Place> {
  const { bucket, userId, idempotencyKey, contentType } = file;
  const folder = `${bucket}/${userId}/`;
  const extension = extensionOf(contentType);
  const options = { contentType, cacheControl };
  if (idempotencyKey === null) {
    const key = `${folder}${Date.now()}-${crypto.randomUUID()}.${extension}`;
    return { key, options, isTaken: false };
  }
  const name = await nameFor(userId, idempotencyKey);
  const key = `${folder}${name}.${extension}`;
  const existing = await store.find(`${folder}${name}.`);
  if (existing !== undefined && existing !== key) throw otherFile();
  return { key, options: { ...options, onlyNew: true }, isTaken: existing !== undefined };
}

/** The name that all uploads with this key have, of this user alone. */
async function nameFor(userId: string, idempotencyKey: string): Promise<string> {
  const text = new TextEncoder().encode(`${userId}\n${idempotencyKey}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
