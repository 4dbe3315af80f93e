import { HttpError } from "./http.ts";

/**
 * The raw bytes of a small body, refused by its declared length before any of it is read, and else as soon as more
 * arrives. Throws 413 `too_large`, 400 `bad_request`.
 */
export async function readSmallBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > limit) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw badRequest("The body was interrupted.");
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** A JSON object. What the parser says of a wrong one is left out: it quotes it. Throws 400 `bad_request`. */
export function parseObject(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw badRequest("The body is not a JSON object.");
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tooLarge(): HttpError {
  return new HttpError(413, "too_large", "The body is too large.");
}

function badRequest(message: string): HttpError {
  return new HttpError(400, "bad_request", message);
}
