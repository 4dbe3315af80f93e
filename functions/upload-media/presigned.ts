import { readBody } from "../_shared/body.ts";
import { type Exchange, HttpError, json } from "../_shared/http.ts";
import { imageSize } from "../_shared/image-size.ts";
import type { MediaStore, ObjectStart } from "../_shared/r2.ts";
import {
  type Bucket,
  extensionOf,
  type MediaType,
  mediaTypeNames,
  sniffLength,
  sniffMediaType,
} from "../_shared/upload-rules.ts";
import { cacheControl } from "./place.ts";
import { requireAccepted } from "./refusals.ts";
import { Slot } from "./slot.ts";
import type { UploadParts } from "./upload.ts";

/** Below it lies what nobody has looked at yet; the bucket forgets it after a day. */
const pendingFolder = "pending/";
const secondsToSend = 15 * 60;
const maxBodyBytes = 4096;

/**
 * `POST {bucket, type, size}` → `{key, url, headers, expiresIn}`: an address to which the browser PUTs the file itself, with
 * these headers. Nothing but a body of this type and length can be sent there.
 */
export function createPresign({ verify, takeSlot, store }: UploadParts) {
  return async (request: Request, exchange: Exchange): Promise<Response> => {
    const authorization = request.headers.get("authorization");
    const user = await exchange.timed("auth", () => verify(authorization));
    const { bucket, type, size } = await readJson(request);
    if (typeof bucket !== "string" || typeof type !== "string" || !Number.isSafeInteger(size)) {
      throw badRequest("Send the bucket, the file's type and its size in bytes.");
    }
    requireAccepted({ bucket, type, size: size as number });
    await new Slot(takeSlot(user.id, authorization ?? "")).granted();

    const name = `${crypto.randomUUID()}.${extensionOf(type as MediaType)}`;
    const key = `${pendingFolder}${bucket}/${user.id}/${name}`;
    // Whoever comes upon it before it was looked at gets a download, and no cache keeps it.
    const headers = {
      "content-type": type,
      "content-disposition": "attachment",
      "cache-control": "no-store",
    };
    const signed = { ...headers, "content-length": String(size) };
    const url = await store.presignPut(key, signed, secondsToSend);
    exchange.note({ bucket, type, bytes: size });
    return json({ key, url, headers, expiresIn: secondsToSend });
  };
}

/** `POST {key}`, once the file is there → `{url, width?, height?}`: it is looked at, and published or deleted. */
export function createComplete({ verify, store }: Pick<UploadParts, "verify" | "store">) {
  return async (request: Request, exchange: Exchange): Promise<Response> => {
    const user = await exchange.timed("auth", () => verify(request.headers.get("authorization")));
    const { key } = await readJson(request);
    const pending = parsePending(key, user.id);
    if (pending === undefined) throw badRequest("This is not the key of an upload of yours.");
    const { published, bucket, type } = pending;

    const arrived = await exchange.timed("read", () => store.start(pending.key, headBytes));
    // Said before, and the answer was lost: it is the same again.
    const start = arrived ?? (await store.start(published, headBytes));
    if (start === undefined)
      throw new HttpError(404, "not_uploaded", "The file has not arrived. Send it again.");
    if (arrived) {
      await exchange.timed("store", () => publish(store, pending, arrived));
    }
    exchange.note({ bucket, type, bytes: start.size });
    return json({ url: store.urlOf(published), ...imageSize(type, start.bytes) });
  };
}

const headBytes = 64 * 1024;

interface Pending {
  key: string;
  /** Where it will be. */
  published: string;
  bucket: Bucket;
  type: MediaType;
}

/** A key as {@link createPresign} gave it to this user; nothing else is ever looked at. */
function parsePending(key: unknown, userId: string): Pending | undefined {
  if (typeof key !== "string") return undefined;
  const match = /^pending\/([a-z]+)\/([0-9a-f-]{36})\/[0-9a-f-]{36}\.([a-z0-9]+)$/.exec(key);
  const [, bucket = "", owner, extension] = match ?? [];
  const type = mediaTypeNames.find((name) => extensionOf(name) === extension);
  if (type === undefined || owner !== userId) return undefined;
  return { key, published: key.slice(pendingFolder.length), bucket: bucket as Bucket, type };
}

async function publish(
  store: MediaStore,
  pending: Pending,
  { bytes, size, etag }: ObjectStart,
): Promise<void> {
  const { key, published, bucket, type } = pending;
  try {
    const found = sniffMediaType(bytes.subarray(0, sniffLength)) ?? "";
    requireAccepted({ bucket, type: found === type ? found : "", size });
  } catch (refusal) {
    await store.delete(key);
    throw refusal;
  }
  // What is published is what was looked at, even if the address is used once more meanwhile.
  const copied = await store.copy(key, etag, published, { contentType: type, cacheControl });
  if (!copied)
    throw new HttpError(409, "in_progress", "The file is being sent again. Try again in a moment.");
  await store.delete(key);
}

async function readJson(request: Request): Promise<Record<string, unknown>> {
  const text = new TextDecoder().decode(await readBody(request, maxBodyBytes));
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw badRequest("Send JSON.");
  }
}

function badRequest(message: string): HttpError {
  return new HttpError(400, "bad_request", message);
}
