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
  /** To be read to its end before the next part is asked for. */
  content: AsyncGenerator<Uint8Array, void, undefined>;
}

/** For a part's header fields; a browser's take 200. */
const maxHeaderBytes = 4096;
const crlf = ascii("\r\n");
const endOfHeader = ascii("\r\n\r\n");

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
  readonly #delimiter: Uint8Array;
  #state: "start" | "in a part" | "between parts" | "over" = "start";

  constructor(body: AsyncIterable<Uint8Array>, boundary: string) {
    // The first delimiter lacks the line break that all others begin with.
    this.#bytes = new ByteReader(body, crlf);
    this.#delimiter = ascii(`\r\n--${boundary}`);
  }

  /** The next part, or undefined once the form has ended rightly. Throws {@link FormError}. */
  async next(): Promise<Part | undefined> {
    if (this.#state === "over") return undefined;
    if (this.#state === "in a part") throw new Error("The part before has not been read to its end.");
    if (this.#state === "start" && !same(await this.#bytes.take(this.#delimiter.length), this.#delimiter)) {
      throw new FormError("does not begin with the boundary");
    }
    const after = text(await this.#bytes.take(2));
    if (after === "--") return this.#finish();
    if (after !== "\r\n") throw new FormError("a delimiter does not end its line");
    const header = parseHeader(await this.#bytes.takeUntil(endOfHeader, maxHeaderBytes));
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
  async takeUntil(mark: Uint8Array, limit: number): Promise<Uint8Array> {
    for (;;) {
      const at = find(this.#buffer, mark);
      if (at > limit || (at < 0 && this.#buffer.length > limit + mark.length)) {
        throw new FormError(`a part's header has more than ${limit} bytes`);
      }
      if (at >= 0) return this.#cut(at + mark.length).subarray(0, at);
      await this.#require();
    }
  }

  /** The same, as they come. */
  async *flowUntil(mark: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const at = find(this.#buffer, mark);
      const ready = at >= 0 ? at : this.#buffer.length - endThatBegins(this.#buffer, mark);
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
    const { done, value } = await this.#source.next();
    if (done) return false;
    if (this.#buffer.length === 0) {
      this.#buffer = value;
    } else {
      const joined = new Uint8Array(this.#buffer.length + value.length);
      joined.set(this.#buffer);
      joined.set(value, this.#buffer.length);
      this.#buffer = joined;
    }
    return true;
  }
}

/** Where the mark begins, or -1. */
function find(bytes: Uint8Array, mark: Uint8Array): number {
  const [first = 0] = mark;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + mark.length > bytes.length) return -1;
    if (hasAt(bytes, at, mark, mark.length)) return at;
  }
  return -1;
}

/** How many of the last bytes may be the mark's first. */
function endThatBegins(bytes: Uint8Array, mark: Uint8Array): number {
  const from = Math.max(0, bytes.length - mark.length + 1);
  for (let at = from; at < bytes.length; at++) {
    if (hasAt(bytes, at, mark, bytes.length - at)) return bytes.length - at;
  }
  return 0;
}

function hasAt(bytes: Uint8Array, at: number, mark: Uint8Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && hasAt(left, 0, right, right.length);
}

function ascii(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
