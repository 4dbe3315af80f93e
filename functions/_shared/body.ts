import { HttpError } from "./http.ts";

/**
 * A request's body, of which no more than `limit` bytes are ever held: refused by its declared length before any of it
 * is read, and else as soon as more arrives. Throws 413 `file_too_large`, 400 `bad_request`.
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > limit) throw tooLarge(`declared ${declared} bytes`);
  if (request.body === null) return new Uint8Array();

  let buffer = new Uint8Array(Math.min(Number(declared ?? 0) || 64 * 1024, limit));
  let length = 0;
  try {
    for await (const chunk of request.body) {
      const needed = length + chunk.length;
      if (needed > limit) throw tooLarge(`more than ${limit} bytes`);
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.min(limit, Math.max(needed, 2 * buffer.length)));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(chunk, length);
      length = needed;
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, "bad_request", "The upload was interrupted. Try again.", String(error));
  }
  return buffer.subarray(0, length);
}

function tooLarge(reason: string): HttpError {
  return new HttpError(413, "file_too_large", "The file is too large.", reason);
}
