import { type Exchange, HttpError, json } from "../_shared/http.ts";
import type { User } from "../_shared/jwt.ts";
import type { MediaStore } from "../_shared/r2.ts";
import {
  checkUpload,
  extensionOf,
  type MediaType,
  sniffLength,
  sniffMediaType,
  type UploadProblem,
} from "../_shared/upload-rules.ts";
import { readForm } from "./form.ts";

export interface UploadParts {
  verify: (authorization: string | null) => Promise<User>;
  store: MediaStore;
}

/** A key is never written twice, so that what it holds may be kept for ever. */
const cacheControl = "public, max-age=31536000, immutable";

const statusOf: Record<UploadProblem["code"], number> = {
  unknown_bucket: 400,
  empty_file: 400,
  file_too_large: 413,
  unsupported_type: 415,
};

/** `POST` multipart `{file, bucket}` with a user's token → `{url}`. */
export function createUpload({ verify, store }: UploadParts) {
  return async (request: Request, exchange: Exchange): Promise<Response> => {
    // Before the body: a stranger does not get to send one.
    const user = await exchange.timed("auth", () => verify(request.headers.get("authorization")));
    const { file, bucket } = await exchange.timed("read", () => readForm(request));

    // The bytes alone decide; the type and name that the client gave are not looked at.
    const type = sniffMediaType(file.subarray(0, sniffLength)) ?? "";
    const [problem] = checkUpload({ bucket, type, size: file.length });
    if (problem !== undefined) throw new HttpError(statusOf[problem.code], problem.code, problem.message);

    const contentType = type as MediaType;
    const key = `${bucket}/${user.id}/${Date.now()}-${crypto.randomUUID()}.${extensionOf(contentType)}`;
    exchange.note({ bucket, type, bytes: file.length });
    const url = await exchange.timed("store", () => store.put(key, file, { contentType, cacheControl }));
    return json({ url });
  };
}
