import { Chunks } from "./chunks.ts";
import { HttpError } from "./http.ts";

/**
 * A request's body as it flows: refused by its declared length before any of it is read, and else as soon as more
 * arrives. Throws 413 `file_too_large`, 400 `bad_request` when it breaks off, 408 `too_slow`.
 * @param seconds that all of it may take
 */
export function flowBody(request: Request, limit: number, seconds = 120): AsyncGenerator<Uint8Array> {
  const declared = declaredLength(request);
  if (declared !== undefined && !(declared <= limit)) throw tooLarge(`declared ${declared} bytes`);
  return flow(request, limit, seconds * 1000);
}

/**
 * Lets what is left of a refused body pass, for some seconds: a client that is still sending when the connection is closed
 * may never see why.
 */
export async function letPass(body: AsyncGenerator<Uint8Array>, seconds = 5): Promise<void> {
  const end = performance.now() + seconds * 1000;
  try {
    while (performance.now() < end && !(await body.next()).done);
  } catch {
    // Refused already.
  }
}

/** A body that is small enough to be held whole. Throws as {@link flowBody} does. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Chunks(flowBody(request, limit)).take(limit);
}

/** Bytes as Content-Length says, undefined without it, NaN when it is no number. */
export function declaredLength(request: Request): number | undefined {
  const declared = request.headers.get("content-length");
  if (declared === null) return undefined;
  return /^\d{1,15}$/.test(declared) ? Number(declared) : NaN;
}

async function* flow(request: Request, limit: number, milliseconds: number): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, milliseconds);
  try {
    let length = 0;
    for (;;) {
      const { done, value } = await read(reader);
      if (late) throw new HttpError(408, "too_slow", "The upload took too long. Try again.");
      if (done) return;
      length += value.length;
      if (length > limit) throw tooLarge(`more than ${limit} bytes`);
      yield value;
    }
  } finally {
    clearTimeout(timer);
    // What nobody reads any more is not sent to the end either.
    reader.cancel().catch(() => {});
  }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch (error) {
    throw new HttpError(400, "bad_request", "The upload was interrupted. Try again.", String(error));
  }
}

function tooLarge(reason: string): HttpError {
  return new HttpError(413, "file_too_large", "The file is too large.", reason);
}
