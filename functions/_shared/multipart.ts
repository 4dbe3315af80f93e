/**
 * multipart/form-data (RFC 7578) as it flows: a part is there as soon as its header is, its content as it arrives, and no
 * more is held than a chunk and a header. The packages that were looked at keep each part whole until it ends, or fail
 * when a chunk ends inside a delimiter. It is strict: what no browser and no library sends is refused.
 */

/** The body is not the form that it says it is. */
export class FormError extends Error {
  override readonly name = "FormError";
}

export interface Part {
  name: string;
  /** Whether it has a file name; what it is, nobody needs to know. */
  isFile: boolean;
  /** How many bytes of the body come before its content. */
  offset: number;
  /** To be read to its end before the next part is asked for. A chunk is good until the next one is asked for. */
  content: AsyncGenerator<Uint8Array, void, undefined>;
}

/** For a part's header fields; a browser's take 200. */
const maxHeaderBytes = 4096;
const crlf = ascii("\r\n");

/** The boundary that a Content-Type names, or undefined where it names none for a form. */
export function boundaryOf(contentType: string): string | undefined {
  const [type = "", ...parameters] = contentType.split(";");
  if (type.trim().toLowerCase() !== "multipart/form-data") return undefined;
  const found = parameters.map((each) => /^\s*boundary=(?:"([^"]+)"|([^\s"]+))\s*$/i.exec(each));
  const boundary = found.flatMap((match) => match?.[1] ?? match?.[2] ?? [])[0];
  // RFC 2046: 1 to 70 of these characters.
  return boundary !== undefined && /^[\w'()+,./:=? -]{1,70}$/.test(boundary) ? boundary : undefined;
}

/** What ends a form whose last part ends. */
export function endOfForm(boundary: string): string {
  return `\r\n--${boundary}--\r\n`;
}

export class FormReader {
  readonly #bytes: ByteReader;
  readonly #delimiter: Mark;
  readonly #endOfHeader = new Mark("\r\n\r\n");
  #state: "start" | "in a part" | "between parts" | "over" = "start";

  /** @param body of whose chunks each need be good only until the next one is asked for */
  constructor(body: AsyncIterable<Uint8Array>, boundary: string) {
    // The first delimiter lacks the line break that all others begin with.
    this.#bytes = new ByteReader(body, crlf);
    this.#delimiter = new Mark(`\r\n--${boundary}`);
  }

  /** The next part, or undefined once the form has ended rightly. Throws {@link FormError}. */
  async next(): Promise<Part | undefined> {
    if (this.#state === "over") return undefined;
    if (this.#state === "in a part") throw new Error("The part before has not been read to its end.");
    const { length } = this.#delimiter;
    if (this.#state === "start" && this.#delimiter.findIn(await this.#bytes.take(length)) !== 0) {
      throw new FormError("does not begin with the boundary");
    }
    const after = text(await this.#bytes.take(2));
    if (after === "--") return this.#finish();
    if (after !== "\r\n") throw new FormError("a delimiter does not end its line");
    const header = parseHeader(await this.#bytes.takeUntil(this.#endOfHeader, maxHeaderBytes));
    this.#state = "in a part";
    return { ...header, offset: this.#bytes.taken - crlf.length, content: this.#content() };
  }

  async *#content(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#bytes.flowUntil(this.#delimiter);
    this.#state = "between parts";
  }

  /** Only a line break may follow; whoever waits for it also learns of a body that is shorter than it was said to be. */
  async #finish(): Promise<undefined> {
    this.#state = "over";
    const rest = text(await this.#bytes.takeRest(crlf.length));
    if (rest !== "" && rest !== "\r\n") throw new FormError("goes on after its end");
  }
}

function parseHeader(bytes: Uint8Array): { name: string; isFile: boolean } {
  let lines: string[];
  try {
    lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\r\n");
  } catch {
    throw new FormError("a part's header is not text");
  }
  const dispositions = lines.flatMap((line) => /^content-disposition:(.*)$/is.exec(line)?.[1] ?? []);
  const [disposition, ...more] = dispositions;
  if (disposition === undefined || more.length > 0) throw new FormError("a part has not one disposition");
  const parameters = parseDisposition(disposition);
  const name = parameters.get("name");
  if (name === undefined) throw new FormError("a part has no name");
  return { name, isFile: parameters.has("filename") || parameters.has("filename*") };
}

/** `form-data; name="a"; filename="b"`. Read from left to right, so that a file's name cannot pass for another parameter. */
function parseDisposition(disposition: string): Map<string, string> {
  const [type = ""] = /^\s*form-data\s*/i.exec(disposition) ?? [];
  if (type === "") throw new FormError("a part is no form-data");
  const parameters = new Map<string, string>();
  const pattern = /;\s*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))\s*/gy;
  pattern.lastIndex = type.length;
  for (let at = type.length; at < disposition.length; at = pattern.lastIndex) {
    const match = pattern.exec(disposition);
    const name = match?.[1]?.toLowerCase();
    if (!match || name === undefined || parameters.has(name)) {
      throw new FormError("a part's disposition is malformed");
    }
    parameters.set(name, match[2] ?? match[3] ?? "");
  }
  return parameters;
}

/** Takes bytes from a stream of chunks: so many, up to a mark, or as they come up to a mark. */
class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Uint8Array;
  /** Bytes that were given out or passed over. */
  taken = 0;

  constructor(source: AsyncIterable<Uint8Array>, first: Uint8Array) {
    this.#source = source[Symbol.asyncIterator]();
    this.#buffer = first;
  }

  async take(count: number): Promise<Uint8Array> {
    while (this.#buffer.length < count) await this.#require();
    return this.#cut(count);
  }

  /** The bytes before the mark, which is passed over. */
  async takeUntil(mark: Mark, limit: number): Promise<Uint8Array> {
    for (;;) {
      const at = mark.findIn(this.#buffer);
      if (at > limit || (at < 0 && this.#buffer.length > limit + mark.length)) {
        throw new FormError(`a part's header has more than ${limit} bytes`);
      }
      if (at >= 0) return this.#cut(at + mark.length).subarray(0, at);
      await this.#require();
    }
  }

  /** The same, as they come. */
  async *flowUntil(mark: Mark): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const at = mark.findIn(this.#buffer);
      const ready = at >= 0 ? at : this.#buffer.length - mark.begunAtEndOf(this.#buffer);
      if (ready > 0) yield this.#cut(ready);
      if (at >= 0) return void this.#cut(mark.length);
      await this.#require();
    }
  }

  /** All that is left; it may be cut where there is more than `limit`. */
  async takeRest(limit: number): Promise<Uint8Array> {
    while (this.#buffer.length <= limit && (await this.#more()));
    return this.#cut(this.#buffer.length);
  }

  #cut(count: number): Uint8Array {
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    this.taken += count;
    return taken;
  }

  async #require(): Promise<void> {
    if (!(await this.#more())) throw new FormError("ends before it should");
  }

  async #more(): Promise<boolean> {
    const left = new Uint8Array(this.#buffer);
    const { done, value } = await this.#source.next();
    if (done) {
      this.#buffer = left;
    } else if (left.length === 0) {
      this.#buffer = value;
    } else {
      this.#buffer = new Uint8Array(left.length + value.length);
      this.#buffer.set(left);
      this.#buffer.set(value, left.length);
    }
    return !done;
  }
}

/** A sequence of at most 255 bytes that is looked for in others. */
class Mark {
  readonly length: number;
  readonly #bytes: Uint8Array;
  /** By the byte below the mark's end: how far the mark moves on when it is not there (Boyer, Moore, Horspool). */
  readonly #step: Uint8Array;

  constructor(characters: string) {
    this.#bytes = ascii(characters);
    this.length = this.#bytes.length;
    this.#step = new Uint8Array(256).fill(this.length);
    for (let at = 0; at < this.length - 1; at++) this.#step[this.#bytes[at]!] = this.length - 1 - at;
  }

  /** Where it begins, or -1. Of bytes that are like noise it looks at few, where `indexOf` for its first looks at all. */
  findIn(bytes: Uint8Array): number {
    const { length } = this;
    const last = length - 1;
    for (let at = 0; at + length <= bytes.length; at += this.#step[bytes[at + last]!]!) {
      if (this.#hasBegun(bytes, at, length)) return at;
    }
    return -1;
  }

  /** How many of the last bytes may be its first. */
  begunAtEndOf(bytes: Uint8Array): number {
    for (let at = Math.max(0, bytes.length - this.length + 1); at < bytes.length; at++) {
      if (this.#hasBegun(bytes, at, bytes.length - at)) return bytes.length - at;
    }
    return 0;
  }

  #hasBegun(bytes: Uint8Array, at: number, count: number): boolean {
    for (let i = 0; i < count; i++) if (bytes[at + i] !== this.#bytes[i]) return false;
    return true;
  }
}

function ascii(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
