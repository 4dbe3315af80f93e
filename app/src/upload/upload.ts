import type { Bucket } from "../../../functions/_shared/upload-rules.ts";

/** An upload that did not work, in words for the person who tried. */
export class UploadError extends Error {}

export interface UploadOptions {
  bucket: Bucket;
  /** The session's access token. */
  token: string;
  /** The same for each try of one file, so that a second try stores nothing twice. */
  idempotencyKey: string;
  /** Told the share that is sent, 0 to 1. */
  onProgress: (share: number) => void;
  /** Stops the upload; it then rejects with an `AbortError`. */
  signal: AbortSignal;
}

/**
 * Sends a file to the upload function and gives the address at which it can be seen.
 * XMLHttpRequest, because `fetch` does not tell how much is sent.
 */
export function upload(file: File, options: UploadOptions): Promise<string> {
  const { bucket, token, idempotencyKey, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const form = new FormData();
    // First, so that the function knows where the file goes before it arrives.
    form.append("bucket", bucket);
    form.append("file", file);

    const request = new XMLHttpRequest();
    request.open("POST", `${import.meta.env.VITE_SUPABASE_URL}/functions/v1/upload-media`);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("apikey", import.meta.env.VITE_SUPABASE_ANON_KEY);
    request.setRequestHeader("idempotency-key", idempotencyKey);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = () => reject(new UploadError("No connection. Check your network and try again."));
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    request.onload = () => {
      const answer = parse(request.responseText);
      if (request.status === 200 && typeof answer.url === "string") resolve(answer.url);
      else reject(new UploadError(refusalWords(request.status, answer)));
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** What the function answers; nothing at all if something in between answered with a page. */
interface Answer {
  url?: unknown;
  error?: unknown;
  requestId?: unknown;
}

function parse(text: string): Answer {
  try {
    return Object(JSON.parse(text)) as Answer;
  } catch {
    return {};
  }
}

/** What to tell when the upload was refused. The function's own words are written for people. */
export function refusalWords(status: number, { error, requestId }: Answer): string {
  if (status === 401) return "Your session has ended. Sign out and in again.";
  if (status === 429) return "Too many uploads. Wait a minute and try again.";
  const words =
    typeof error === "string" && error ? error : "The upload did not work. Try again in a moment.";
  return status >= 500 && typeof requestId === "string" ? `${words} (Reference: ${requestId})` : words;
}
