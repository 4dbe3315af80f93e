import { supabase } from "../supabase.ts";
import type { Attachment } from "./attachment.ts";
import { upload, UploadError } from "./upload.ts";

export interface Draft {
  userId: string;
  content: string;
  attachment?: Attachment;
}

export interface PublishOptions {
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Addresses of files that are uploaded already, so that trying a failed post again does not send its file again. */
const uploaded = new WeakMap<File, string>();

/** Uploads the draft's file, if any, and then adds the post. */
export async function publish(
  { userId, content, attachment }: Draft,
  options: PublishOptions,
): Promise<void> {
  const { error } = await supabase
    .from("posts")
    .insert({
      user_id: userId,
      content: content.trim() || null,
      media_url: attachment ? await uploadOnce(attachment.file, options) : null,
      media_type: attachment?.type ?? null,
    })
    .abortSignal(options.signal);
  options.signal.throwIfAborted();
  if (error) throw error;
}

async function uploadOnce(file: File, options: PublishOptions): Promise<string> {
  const known = uploaded.get(file);
  if (known) return known;
  // Renewed first if it has run out.
  const { data } = await supabase.auth.getSession();
  if (!data.session) throw new UploadError("Your session has ended. Sign in again.");
  const url = await upload(file, { bucket: "posts", token: data.session.access_token, ...options });
  uploaded.set(file, url);
  return url;
}

/** What to tell when publishing failed; empty when the person stopped it. */
export function publishWords(error: unknown): string {
  if (error instanceof DOMException && error.name === "AbortError") return "";
  if (error instanceof UploadError) return error.message;
  return "Your post could not be saved. Nothing is lost: try again in a moment.";
}
