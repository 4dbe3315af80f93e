import { supabase } from "../api/supabase.ts";
import type { Attachment } from "../upload/attachment.ts";
import { uploadOnce } from "../upload/upload-once.ts";

export interface Draft {
  /** The post's. New with each change of the draft: only a second try of the very same post adds no other. */
  id: string;
  content: string;
  attachment?: Attachment;
}

export const emptyDraft = (): Draft => ({ id: crypto.randomUUID(), content: "" });

export interface PublishOptions {
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

const ALREADY_THERE = "23505";

/** Uploads the draft's file, if any, and then adds the post. */
export async function publish(
  userId: string,
  { id, content, attachment }: Draft,
  options: PublishOptions,
): Promise<void> {
  const { error } = await supabase
    .from("posts")
    .insert({
      id,
      user_id: userId,
      content: content.trim() || null,
      media_url: attachment ? await uploadOnce(attachment.file, { bucket: "posts", ...options }) : null,
      media_type: attachment?.type ?? null,
    })
    .abortSignal(options.signal);
  options.signal.throwIfAborted();
  if (error && error.code !== ALREADY_THERE) throw error;
}
