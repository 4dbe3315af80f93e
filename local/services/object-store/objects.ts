import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { S3Error } from "./s3-error.ts";
import { limits } from "./limits.ts";

/** What is kept of an object beside its content. */
export interface ObjectInfo {
  readonly key: string;
  /** With its quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** `content-type`, `cache-control`, `x-amz-meta-…`: names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The content's file, within the bucket's `content` folder. */
  readonly content: string;
}

/** Content that has been received whole and waits to become an object or a part. */
export interface Received {
  readonly file: string;
  readonly size: number;
  /** MD5 in hex. */
  readonly md5: string;
}

/**
 * One bucket on disk. Content lies in `content/<uuid>`, one `keys/<sha256 of the key>.json` per object says which
 * content is the key's; so a key's text never becomes a path, and replacing that one file is the moment an object appears.
 */
export class ObjectFolder {
  readonly #content: string;
  readonly #keys: string;
  readonly #incoming: string;
  /** Read from disk at first use; the files are written first, then this. */
  #index: Promise<Map<string, ObjectInfo>> | undefined;
  #writes: Promise<unknown> = Promise.resolve();

  constructor(readonly directory: string) {
    this.#content = join(directory, "content");
    this.#keys = join(directory, "keys");
    this.#incoming = join(directory, "incoming");
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    return (await this.#read()).get(key);
  }

  /** All objects, by the bytes of their keys. */
  async list(): Promise<ObjectInfo[]> {
    const all = [...(await this.#read()).values()];
    return all.sort((a, b) => compareKeys(a.key, b.key));
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#read()).size === 0;
  }

  /**
   * The content, or the bytes from `start` to `end`, both included. The file is open when this resolves, so that a
   * delete meanwhile cannot break a read.
   */
  async open(info: ObjectInfo, start?: number, end?: number): Promise<Readable> {
    const handle = await open(join(this.#content, info.content), "r");
    return handle.createReadStream({ start, end });
  }

  /** Writes a stream to disk as it comes. Whatever goes wrong, nothing is left. */
  async receive(body: AsyncIterable<Buffer>, limit: number = limits.putBytes): Promise<Received> {
    await this.#makeFolders();
    const file = join(this.#incoming, randomUUID());
    const hash = createHash("md5");
    let size = 0;
    const handle = await open(file, "w", 0o600);
    try {
      for await (const chunk of body) {
        size += chunk.length;
        if (size > limit) throw new S3Error("EntityTooLarge", "Your proposed upload exceeds 4.995 GiB.");
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
      await handle.sync();
      await handle.close();
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(file, { force: true });
      throw error;
    }
    return { file, size, md5: hash.digest("hex") };
  }

  /** Makes received content the key's object, if `allowed` still says so at that moment. */
  put(
    received: Received,
    info: Omit<ObjectInfo, "content" | "size">,
    allowed: (current: ObjectInfo | undefined) => void = () => undefined,
  ): Promise<ObjectInfo> {
    return this.#alone(async () => {
      const index = await this.#read();
      const previous = index.get(info.key);
      allowed(previous);
      await this.#makeFolders();
      const record: ObjectInfo = { ...info, size: received.size, content: randomUUID() };
      await rename(received.file, join(this.#content, record.content));
      await this.#write(keyFile(info.key), JSON.stringify(record));
      index.set(info.key, record);
      if (previous) await rm(join(this.#content, previous.content), { force: true });
      return record;
    });
  }

  /** True when there was such an object. */
  delete(key: string): Promise<boolean> {
    return this.#alone(async () => {
      const index = await this.#read();
      const previous = index.get(key);
      if (!previous) return false;
      await rm(join(this.#keys, keyFile(key)), { force: true });
      index.delete(key);
      await rm(join(this.#content, previous.content), { force: true });
      return true;
    });
  }

  /** Removes the bucket's content altogether. */
  async drop(): Promise<void> {
    await this.#alone(async () => {
      // An upload may be arriving meanwhile.
      await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
      this.#index = undefined;
    });
  }

  async #makeFolders(): Promise<void> {
    for (const folder of [this.#content, this.#keys, this.#incoming]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
  }

  /** Changes of one bucket happen one after another; their content has been received before. */
  #alone<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#writes.then(change);
    this.#writes = result.catch(() => undefined);
    return result;
  }

  async #write(name: string, text: string): Promise<void> {
    const temporary = join(this.#incoming, randomUUID());
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(this.#keys, name));
  }

  #read(): Promise<Map<string, ObjectInfo>> {
    this.#index ??= this.#load();
    return this.#index;
  }

  /** What a process that was killed left unfinished belongs to no key, and goes. */
  async #load(): Promise<Map<string, ObjectInfo>> {
    const names = await readdir(this.#keys).catch(() => []);
    const records = await Promise.all(
      names.map(async (name) => JSON.parse(await readFile(join(this.#keys, name), "utf8")) as ObjectInfo),
    );
    const used = new Set(records.map(({ content }) => content));
    const contents = await readdir(this.#content).catch(() => []);
    await Promise.all(
      contents
        .filter((name) => !used.has(name))
        .map((name) => rm(join(this.#content, name), { force: true })),
    );
    return new Map(records.map((record) => [record.key, record]));
  }

  /** At start, before the first request: uploads that a killed process never finished. */
  async removeUnfinished(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true });
  }
}

/** Refuses a key that R2 would not take. */
export function checkKey(key: string): void {
  if (key === "" || Buffer.byteLength(key) > limits.keyBytes) {
    throw new S3Error(
      "InvalidObjectName",
      `The object key must have 1 to ${limits.keyBytes} bytes of UTF-8.`,
    );
  }
  if (key.includes("\0") || key.includes("\ufffd")) {
    throw new S3Error("InvalidObjectName", "The object key holds a NUL or is not UTF-8.");
  }
}

/** S3 sorts keys by their UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function keyFile(key: string): string {
  return `${createHash("sha256").update(key).digest("hex")}.json`;
}
