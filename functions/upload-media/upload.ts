import { flowBody, letPass } from "../_shared/body.ts";
import { Chunks } from "../_shared/chunks.ts";
import { type Exchange, json } from "../_shared/http.ts";
import { imageSize } from "../_shared/image-size.ts";
import type { User } from "../_shared/jwt.ts";
import type { MediaStore } from "../_shared/r2.ts";
import type { TakeSlot } from "../_shared/upload-limit.ts";
import {
  type Bucket,
  bucketNames,
  buckets,
  type MediaType,
  sniffLength,
  sniffMediaType,
} from "../_shared/upload-rules.ts";
import { maxBodyBytes, openForm, type UploadForm } from "./form.ts";
import { findPlace, type Place, readIdempotencyKey } from "./place.ts";
import { lengthRequired, otherFile, requireAccepted } from "./refusals.ts";
import { sameBytes } from "./repetition.ts";
import { Slot } from "./slot.ts";

export interface UploadParts {
  verify: (authorization: string | null) => Promise<User>;
  takeSlot: TakeSlot;
  store: MediaStore;
}

/** A smaller file, such as most pictures, is held whole and stored with a request that can be repeated. Of a larger one, so much is looked at. */
const headBytes = 256 * 1024;
/** Where nobody says how long a file is, so much of it is held at a time: the least that S3 takes as a part. */
const partBytes = 5 * 1024 * 1024;

/** `POST` multipart `{bucket, file}` with a user's token → `{url, width?, height?}`. */
export function createUpload({ verify, takeSlot, store }: UploadParts) {
  return async (request: Request, exchange: Exchange): Promise<Response> => {
    // Before the body: a stranger does not get to send one.
    const authorization = request.headers.get("authorization");
    const user = await exchange.timed("auth", () => verify(authorization));
    const idempotencyKey = readIdempotencyKey(request);
    const body = flowBody(request, maxBodyBytes);
    // Asked while the file flows: the answer is needed before the last of the file is stored.
    const slot = new Slot(takeSlot(user.id, authorization ?? ""));
    try {
      const { form, head } = await exchange.timed("read", async () => {
        const form = await openForm(request, body);
        return { form, head: await form.file.peek(headBytes) };
      });
      // The bytes alone decide; the type and name that the client gave are not looked at.
      const type = sniffMediaType(head.subarray(0, sniffLength)) ?? "";
      const isSmall = head.length < headBytes;
      const size = isSmall ? head.length : (form.size ?? head.length);
      requireAccepted({ bucket: form.bucket ?? roomiest, type, size });

      const placeIn = (bucket: Bucket) =>
        findPlace(store, { bucket, userId: user.id, idempotencyKey, contentType: type as MediaType });
      const upload = { form, slot, store, placeIn, type };
      const { key, bytes } = await exchange.timed("store", () =>
        isSmall || form.bucket === undefined
          ? storeWhole(upload)
          : storeFlowing(upload, form.bucket as Bucket),
      );
      exchange.note({ bucket: key.split("/")[0], type, bytes });
      return json({ url: store.urlOf(key), ...imageSize(type as MediaType, head) });
    } catch (error) {
      await letPass(body);
      throw error;
    } finally {
      void body.return(undefined);
    }
  };
}

/** Until it is known where a file goes, it may have the size that any bucket allows. */
const roomiest = bucketNames.reduce((a, b) => (buckets[a].maxBytes >= buckets[b].maxBytes ? a : b));

/** What is under way. */
interface Upload {
  form: UploadForm;
  slot: Slot;
  store: MediaStore;
  placeIn: (bucket: Bucket) => Promise<Place>;
  type: string;
}

interface Stored {
  key: string;
  bytes: number;
}

/** A small file, or one that came before its bucket and has to wait for it. */
async function storeWhole(upload: Upload): Promise<Stored> {
  const file = await upload.form.file.take(partBytes + 1);
  if (file.length > partBytes) throw lengthRequired("a large file before its bucket");
  const bucket = await finish(upload, file.length);
  const { key, options, isTaken } = await upload.placeIn(bucket);
  if (!isTaken) await upload.store.put(key, file, options);
  else if (!(await sameBytes(await upload.store.open(key), Chunks.of(file)))) throw otherFile();
  return { key, bytes: file.length };
}

async function storeFlowing(upload: Upload, bucket: Bucket): Promise<Stored> {
  const { form, store, placeIn } = upload;
  const place = await placeIn(bucket);
  const { key, options, isTaken } = place;
  if (isTaken) {
    // A repetition stores nothing: its bytes are compared with what is there.
    if (!(await sameBytes(await store.open(key), form.file))) throw otherFile();
    await form.finish();
    return { key, bytes: 0 };
  }
  if (form.size === undefined) return storeInParts(upload, bucket, place);
  await store.putStream(key, confirmed(upload, form.size), form.size, options);
  return { key, bytes: form.size };
}

/**
 * The file as it flows, of which the last bytes are held back until all is known to be well: until then the storage has
 * not got what was announced, and keeps nothing.
 */
async function* confirmed(upload: Upload, size: number): AsyncGenerator<Uint8Array> {
  let last = new Uint8Array();
  let length = 0;
  for await (const chunk of upload.form.file) {
    upload.slot.check();
    const left = size - length;
    length += chunk.length;
    if (length < size) yield chunk;
    // A copy, as more is read before it goes. A longer file is read to its end, to see what is wrong with it.
    else if (left > 0) last = chunk.slice(0, left);
  }
  await finish(upload, length);
  if (length !== size) throw lengthRequired(`${length} bytes instead of ${size}`);
  yield last;
}

/** A file whose length nobody knows. */
async function storeInParts(upload: Upload, bucket: Bucket, { key, options }: Place): Promise<Stored> {
  const { form, store, slot, type } = upload;
  const first = await form.file.take(partBytes);
  if (first.length < partBytes) {
    await finish(upload, first.length);
    await store.put(key, first, options);
    return { key, bytes: first.length };
  }
  const parts = await store.beginParts(key, options);
  try {
    let bytes = 0;
    for (let part = first; part.length > 0; part = await form.file.take(partBytes)) {
      bytes += part.length;
      requireAccepted({ bucket, type, size: bytes });
      slot.check();
      await parts.add(part);
    }
    await finish(upload, bytes);
    await parts.complete();
    return { key, bytes };
  } catch (error) {
    await parts.abort();
    throw error;
  }
}

/** When the file's bytes have all come: the rest of the form, the rules for what it really is, and the allowance. */
async function finish({ form, slot, type }: Upload, size: number): Promise<Bucket> {
  const bucket = await form.finish();
  requireAccepted({ bucket, type, size });
  await slot.granted();
  return bucket as Bucket;
}
