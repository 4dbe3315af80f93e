import type { Bucket } from "../../../functions/_shared/upload-rules.ts";
import { accessToken } from "../api/supabase.ts";
import { upload, UploadError } from "./upload.ts";

export interface UploadOnceOptions {
  bucket: Bucket;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** The key under which all tries of a file go, and its address once one of them was answered. */
const known = new WeakMap<File, { idempotencyKey: string; url?: string }>();

/** Uploads a file unless that was done: trying again what failed later on does not send the file again. */
export async function uploadOnce(file: File, options: UploadOnceOptions): Promise<string> {
  const entry = known.get(file) ?? { idempotencyKey: crypto.randomUUID() };
  known.set(file, entry);
  if (entry.url) return entry.url;
  const token = await accessToken();
  if (!token) throw new UploadError("Your session has ended. Sign in again.");
  entry.url = await upload(file, { ...options, token, idempotencyKey: entry.idempotencyKey });
  return entry.url;
}

/** What to tell when saving something with a file failed; empty when the person stopped it. */
export function failureWords(error: unknown, otherwise: string): string {
  if (error instanceof DOMException && error.name === "AbortError") return "";
  return error instanceof UploadError ? error.message : otherwise;
}
