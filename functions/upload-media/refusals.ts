import { HttpError } from "../_shared/http.ts";
import { checkUpload, type UploadProblem } from "../_shared/upload-rules.ts";

const statusOf: Record<UploadProblem["code"], number> = {
  unknown_bucket: 400,
  empty_file: 400,
  file_too_large: 413,
  unsupported_type: 415,
};

/** Throws the first of what is wrong with an upload. */
export function requireAccepted(upload: { bucket: string; type: string; size: number }): void {
  const [problem] = checkUpload(upload);
  if (problem !== undefined) throw new HttpError(statusOf[problem.code], problem.code, problem.message);
}

export function lengthRequired(reason: string): HttpError {
  const message =
    "The file's length is not clear. Send the bucket first and the file last, and before the file its size in bytes.";
  return new HttpError(411, "length_required", message, reason);
}

export function otherFile(): HttpError {
  return new HttpError(409, "idempotency_conflict", "This Idempotency-Key was used for another file.");
}
