import { declaredLength } from "../_shared/body.ts";
import { Chunks } from "../_shared/chunks.ts";
import { HttpError } from "../_shared/http.ts";
import { boundaryOf, endOfForm, FormError, FormReader, type Part } from "../_shared/multipart.ts";
import { largestUpload } from "../_shared/upload-rules.ts";

/** A form up to its file, whose bytes are about to flow. What the client says of their name and type is left behind here. */
export interface UploadForm {
  /** Undefined when the file comes first. */
  bucket: string | undefined;
  /** The file's bytes, if that is known before they are read: a field says so, or the file is what is left of the form. */
  size: number | undefined;
  file: Chunks;
  /** Once the file has been read: reads what is left, to the end of the body, and gives the bucket. */
  finish(): Promise<string>;
}

/** The largest file, and some for the boundaries, the part headers and the other fields around it. */
export const maxBodyBytes = largestUpload + 16 * 1024;
const maxParts = 8;
/** Of a field's value; no more is of use. */
const maxValueBytes = 64;

/**
 * Opens a form of one `file` and one `bucket`, and maybe the file's `size` in bytes before it; other fields are ignored.
 * Throws 400, also while the file is read.
 * @param body the request's, as it flows
 */
export async function openForm(request: Request, body: AsyncIterable<Uint8Array>): Promise<UploadForm> {
  const boundary = boundaryOf(request.headers.get("content-type") ?? "");
  if (boundary === undefined) throw badRequest("Send the file as multipart/form-data.");
  const form = new FormReader(body, boundary);
  const fields = new Map<string, string>();
  let parts = 0;

  /** Reads fields until there is a file, or nothing more. */
  const nextFile = async (): Promise<Part | undefined> => {
    for (;;) {
      const part = await form.next();
      if (part === undefined) return undefined;
      if (++parts > maxParts) throw badRequest("The form has too many fields.");
      if (part.name === "file") return part;
      const value = await new Chunks(part.content).take(maxValueBytes);
      for await (const rest of part.content) void rest;
      if (part.name !== "bucket" && part.name !== "size") continue;
      if (fields.has(part.name)) throw badRequest(`The field ${part.name} is given more than once.`);
      fields.set(part.name, new TextDecoder().decode(value));
    }
  };

  const file = await asRefusal(nextFile)();
  if (file === undefined) throw badRequest("The field file is missing.");
  if (!file.isFile) throw badRequest("The field file is not a file.");

  return {
    bucket: fields.get("bucket"),
    size: sizeOf(fields, declaredLength(request), file.offset + endOfForm(boundary).length),
    file: new Chunks(refusing(file.content)),
    finish: asRefusal(async () => {
      if (await nextFile()) throw badRequest("The field file is given more than once.");
      const bucket = fields.get("bucket");
      if (bucket === undefined) throw badRequest("The field bucket is missing.");
      return bucket;
    }),
  };
}

/** @param around bytes of the body before and after the file, if the form ends with it. */
function sizeOf(
  fields: ReadonlyMap<string, string>,
  declared: number | undefined,
  around: number,
): number | undefined {
  const size = fields.get("size");
  if (size !== undefined) {
    if (!/^\d{1,15}$/.test(size)) throw badRequest("The field size is not a number of bytes.");
    return Number(size);
  }
  // More fields follow where there is no bucket yet.
  return declared === undefined || !fields.has("bucket") ? undefined : Math.max(0, declared - around);
}

/** What the form has wrong is told as a refusal. */
function asRefusal<T>(work: () => Promise<T>): () => Promise<T> {
  return () => work().catch(rethrow);
}

async function* refusing(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    rethrow(error);
  }
}

function rethrow(error: unknown): never {
  if (!(error instanceof FormError)) throw error;
  throw badRequest("The upload is incomplete or damaged. Try again.", error.message);
}

function badRequest(message: string, reason?: string): HttpError {
  return new HttpError(400, "bad_request", message, reason);
}
