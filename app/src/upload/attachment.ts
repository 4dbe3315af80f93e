import {
  type Bucket,
  checkUpload,
  type MediaType,
  mediaTypeNames,
  sniffLength,
  sniffMediaType,
} from "../../../functions/_shared/upload-rules.ts";

/** What a file chooser offers. */
export const acceptedMedia = mediaTypeNames.join(",");
export const acceptedPictures = mediaTypeNames.filter((type) => type.startsWith("image/")).join(",");
export const acceptedVideos = mediaTypeNames.filter((type) => type.startsWith("video/")).join(",");

/** A file that may be posted, with the type that its bytes show. */
export interface Attachment {
  file: File;
  type: MediaType;
}

/** Decides about a file exactly as the upload function will: by its bytes and size. Gives what is wrong in words. */
export async function attach(
  file: File,
  bucket: Bucket = "posts",
): Promise<Attachment | { problem: string }> {
  const type = sniffMediaType(new Uint8Array(await file.slice(0, sniffLength).arrayBuffer()));
  const problems = checkUpload({ bucket, type: type ?? "", size: file.size });
  // Bytes that show no type are no problem of their own when there are none.
  const told = file.size === 0 ? problems.filter(({ code }) => code === "empty_file") : problems;
  if (told.length === 0 && type) return { file, type };
  return { problem: told.map(({ message }) => message).join(" ") };
}
