import { getMultipartBoundary, parseMultipart } from "@remix-run/multipart-parser";
import { readBody } from "../_shared/body.ts";
import { HttpError } from "../_shared/http.ts";
import { largestUpload } from "../_shared/upload-rules.ts";

export interface UploadForm {
  /** Part of the request's body, not a copy. What the client says of its name and type is left behind here. */
  file: Uint8Array<ArrayBuffer>;
  bucket: string;
}

/** For the boundaries, the part headers and the other fields around the file. */
const overhead = 16 * 1024;

/** Reads a form of one `file` and one `bucket`; other fields are ignored. Throws 400 and 413. */
export async function readForm(request: Request): Promise<UploadForm> {
  const contentType = request.headers.get("content-type") ?? "";
  const boundary = /^multipart\/form-data *;/i.test(contentType) ? getMultipartBoundary(contentType) : null;
  // RFC 2046's limit. It also keeps the parser's search table, of one byte an entry, from overflowing.
  if (boundary === null || boundary.length > 70) throw badRequest("Send the file as multipart/form-data.");

  const body = await readBody(request, largestUpload + overhead);
  const fields = parse(body, boundary);
  const file = one(fields, "file");
  const bucket = one(fields, "bucket");
  if (!file.isFile) throw badRequest("The field file is not a file.");
  return { file: file.bytes, bucket: new TextDecoder().decode(bucket.bytes.subarray(0, 64)) };
}

interface Field {
  name: string | undefined;
  isFile: boolean;
  bytes: Uint8Array<ArrayBuffer>;
}

function parse(body: Uint8Array<ArrayBuffer>, boundary: string): Field[] {
  const limits = { maxFileSize: largestUpload, maxTotalSize: body.length, maxHeaderSize: 4096, maxParts: 8 };
  try {
    const parts = [...parseMultipart(body, { boundary, ...limits })];
    return parts.map((part) => {
      // The body is parsed in one go, so that a part is one slice of it, or none when it is empty.
      const bytes = (part.content[0] ?? new Uint8Array()) as Uint8Array<ArrayBuffer>;
      return { name: part.name, isFile: part.filename !== undefined, bytes };
    });
  } catch (error) {
    if ((error as Error).name === "MaxFileSizeExceededError") {
      throw new HttpError(413, "file_too_large", "The file is too large.", String(error));
    }
    throw badRequest("The upload is incomplete or damaged. Try again.", String(error));
  }
}

function one(fields: readonly Field[], name: string): Field {
  const [field, ...more] = fields.filter((each) => each.name === name);
  if (field === undefined) throw badRequest(`The field ${name} is missing.`);
  if (more.length > 0) throw badRequest(`The field ${name} is given more than once.`);
  return field;
}

function badRequest(message: string, reason?: string): HttpError {
  return new HttpError(400, "bad_request", message, reason);
}
