import { Chunks } from "./chunks.ts";
import { HttpError } from "./http.ts";

/** The runtime gives no more at a time. */
const chunkBytes = 64 * 1024;

/**
 * A request's body as it flows: refused by its declared length before any of it is read, and else as soon as more
 * arrives. A chunk is good until the next one is asked for. Throws 413 `file_too_large`, 400 `bad_request` when it breaks
 * off, 408 `too_slow`.
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
  const { read, cancel } = chunksOf(request.body);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    cancel();
  }, milliseconds);
  try {
    let length = 0;
    for (;;) {
      const chunk = await read().catch((error: unknown) => {
        throw new HttpError(400, "bad_request", "The upload was interrupted. Try again.", String(error));
      });
      if (late) throw new HttpError(408, "too_slow", "The upload took too long. Try again.");
      if (chunk === undefined) return;
      length += chunk.length;
      if (length > limit) throw tooLarge(`more than ${limit} bytes`);
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
    // What nobody reads any more is not sent to the end either.
    cancel();
  }
}

interface Reader {
  /** Undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

/** Reads into one buffer again and again where the stream can do that: making one for each chunk takes longer than filling it. */
function chunksOf(stream: ReadableStream<Uint8Array>): Reader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    // The runtime has a short body at hand already.
    const plain = stream.getReader();
    return {
      read: async () => (await plain.read()).value,
      cancel: () => void plain.cancel().catch(() => {}),
    };
  }
  let buffer = new ArrayBuffer(chunkBytes);
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done || value === undefined) return undefined;
      buffer = value.buffer;
      return value;
    },
    cancel: () => void reader.cancel().catch(() => {}),
  };
}

function tooLarge(reason: string): HttpError {
  return new HttpError(413, "file_too_large", "The file is too large.", reason);
}
