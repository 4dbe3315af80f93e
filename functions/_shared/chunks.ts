/**
 * A stream of chunks of which so many bytes can be taken, or looked at, at a time. What is taken is a copy; a chunk is good
 * until the next one is asked for.
 */
export class Chunks implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  /** What was read from the source and is still to be taken. */
  readonly #left: Uint8Array[] = [];

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  static of(...chunks: Uint8Array[]): Chunks {
    return new Chunks(
      (async function* () {
        yield* chunks;
      })(),
    );
  }

  /** The next `count` bytes; fewer only at the end. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    let buffer = new Uint8Array(Math.min(count, 64 * 1024));
    let length = 0;
    while (length < count) {
      const chunk = await this.#next();
      if (chunk === undefined) break;
      const part = chunk.subarray(0, count - length);
      if (part.length < chunk.length) this.#left.unshift(chunk.subarray(part.length));
      if (length + part.length > buffer.length) {
        const larger = new Uint8Array(Math.min(count, Math.max(2 * buffer.length, length + part.length)));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(part, length);
      length += part.length;
    }
    return buffer.subarray(0, length);
  }

  /** The same, and they stay. */
  async peek(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.take(count);
    if (bytes.length > 0) this.#left.unshift(bytes);
    return bytes;
  }

  /** All that is left, as it comes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) yield chunk;
  }

  async #next(): Promise<Uint8Array | undefined> {
    const left = this.#left.shift();
    if (left !== undefined) return left;
    const { done, value } = await this.#source.next();
    return done ? undefined : value;
  }
}
