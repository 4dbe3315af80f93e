import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectFolder, ObjectInfo, Received } from "./objects.ts";
import { compareKeys } from "./objects.ts";
import { limits } from "./limits.ts";
import { S3Error } from "./s3-error.ts";

/** A multipart upload that was begun. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly initiated: number;
}

export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
}

/** The unfinished multipart uploads of one bucket: a folder each, with `upload.json` and one file per part. */
export class Uploads {
  readonly #directory: string;

  constructor(readonly objects: ObjectFolder) {
    this.#directory = join(objects.directory, "uploads");
  }

  async create(key: string, headers: Readonly<Record<string, string>>, initiated: number): Promise<Upload> {
    const upload: Upload = { id: randomUUID(), key, headers, initiated };
    await mkdir(join(this.#directory, upload.id), { recursive: true, mode: 0o700 });
    const file = await open(join(this.#directory, upload.id, "upload.json"), "w", 0o600);
    await file.writeFile(JSON.stringify(upload));
    await file.sync();
    await file.close();
    return upload;
  }

  /** Throws NoSuchUpload unless that upload of that key is open. */
  async get(id: string, key: string): Promise<Upload> {
    const upload = await this.#find(id);
    if (upload?.key === key) return upload;
    throw new S3Error("NoSuchUpload", "The specified multipart upload does not exist.");
  }

  async list(): Promise<Upload[]> {
    const ids = await readdir(this.#directory).catch(() => []);
    const uploads = await Promise.all(ids.map((id) => this.#find(id)));
    return uploads
      .filter((upload) => upload !== undefined)
      .sort((a, b) => compareKeys(a.key, b.key) || a.initiated - b.initiated);
  }

  /** A part sent again replaces the one before. */
  async putPart(upload: Upload, number: number, received: Received): Promise<Part> {
    const folder = join(this.#directory, upload.id);
    const part: Part = { number, etag: `"${received.md5}"`, size: received.size };
    try {
      // The name carries all there is to know of a part, so that it appears at once and whole.
      await rename(received.file, join(folder, partFile(part)));
    } catch (error) {
      await rm(received.file, { force: true });
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new S3Error("NoSuchUpload", "The specified multipart upload does not exist.");
    }
    for (const name of await readdir(folder)) {
      const other = parsePartFile(name);
      if (other?.number === number && name !== partFile(part)) await rm(join(folder, name), { force: true });
    }
    return part;
  }

  async parts(upload: Upload): Promise<Part[]> {
    const names = await readdir(join(this.#directory, upload.id));
    return names
      .map(parsePartFile)
      .filter((part) => part !== undefined)
      .sort((a, b) => a.number - b.number);
  }

  /** Joins the parts named, which must be in order and those that were sent. */
  async complete(
    upload: Upload,
    wanted: readonly { number: number; etag: string }[],
    modified: number,
    allowed: (current: ObjectInfo | undefined) => void,
  ): Promise<ObjectInfo> {
    const sent = new Map((await this.parts(upload)).map((part) => [part.number, part]));
    const chosen = wanted.map(({ number, etag }, index) => {
      if (index > 0 && number <= wanted[index - 1]!.number) {
        throw new S3Error("InvalidPartOrder", "The list of parts was not in ascending order.");
      }
      const part = sent.get(number);
      if (!part || unquote(part.etag) !== unquote(etag)) {
        throw new S3Error("InvalidPart", `Part ${number} could not be found, or its ETag is another.`);
      }
      return part;
    });
    checkSizes(chosen);
    const folder = join(this.#directory, upload.id);
    const received = await this.objects.receive(
      concatenate(chosen.map((part) => join(folder, partFile(part)))),
      Infinity,
    );
    const digests = Buffer.from(chosen.map(({ etag }) => unquote(etag)).join(""), "hex");
    const etag = `"${createHash("md5").update(digests).digest("hex")}-${chosen.length}"`;
    try {
      const info = await this.objects.put(
        received,
        { key: upload.key, etag, modified, headers: upload.headers },
        allowed,
      );
      await this.abort(upload);
      return info;
    } catch (error) {
      await rm(received.file, { force: true });
      throw error;
    }
  }

  async abort(upload: Upload): Promise<void> {
    await rm(join(this.#directory, upload.id), { recursive: true, force: true });
  }

  async #find(id: string): Promise<Upload | undefined> {
    if (!/^[0-9a-f-]{36}$/.test(id)) return undefined;
    const text = await readFile(join(this.#directory, id, "upload.json"), "utf8").catch(() => "");
    // An upload that was being begun or aborted when the process was killed has no readable record.
    return text === "" ? undefined : (JSON.parse(text) as Upload);
  }
}

/** R2 wants parts of one size, at least 5 MiB; the last may be smaller. */
function checkSizes(parts: readonly Part[]): void {
  const first = parts[0];
  if (!first) throw new S3Error("MalformedXML", "The request names no part.");
  const full = parts.slice(0, -1);
  if (full.some(({ size }) => size < limits.partBytes)) {
    throw new S3Error("EntityTooSmall", "Every part but the last must have at least 5 MiB.");
  }
  if (full.some(({ size }) => size !== first.size) || parts.at(-1)!.size > first.size) {
    throw new S3Error("InvalidPart", "All non-trailing parts must have the same length.");
  }
}

async function* concatenate(files: readonly string[]): AsyncIterable<Buffer> {
  for (const file of files) yield* createReadStream(file) as AsyncIterable<Buffer>;
}

function partFile({ number, etag, size }: Part): string {
  return `part-${number}-${size}-${unquote(etag)}`;
}

function parsePartFile(name: string): Part | undefined {
  const match = /^part-(\d+)-(\d+)-([0-9a-f]{32})$/.exec(name);
  return match ? { number: Number(match[1]), size: Number(match[2]), etag: `"${match[3]}"` } : undefined;
}

function unquote(etag: string): string {
  return etag.replaceAll('"', "");
}
