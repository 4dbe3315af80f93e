import type { Headers } from "./freshness.ts";

/** An answer that is kept. */
export interface Entry {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly host: string;
  readonly path: string;
  /** The address with its query, as asked for first. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly stored: number;
  readonly expires: number;
}

/** What to throw away. */
export type Purge =
  | { readonly everything: true }
  /** Full addresses, such as `https://media.example.com/a.jpg`. */
  | { readonly files: readonly string[] }
  /** Host and start of the path, such as `media.example.com/avatars/`. */
  | { readonly prefixes: readonly string[] }
  | { readonly hosts: readonly string[] }
  /** Values of the origin's `Cache-Tag`. */
  | { readonly tags: readonly string[] };

/** Answers in memory, the least recently used thrown out when they take too much room. */
export class EdgeCache {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(readonly maxBytes: number) {}

  /** Bytes of all bodies. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    // A Map keeps the order of insertion: what was used last goes to its end.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  set(key: string, entry: Entry): void {
    this.delete(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.body.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.body.length ?? 0;
    this.#entries.delete(key);
  }

  /** How many answers went. */
  purge(what: Purge): number {
    const before = this.#entries.size;
    for (const [key, entry] of this.#entries) if (fits(what, entry)) this.delete(key);
    return before - this.#entries.size;
  }
}

function fits(what: Purge, { host, path, url, headers }: Entry): boolean {
  if ("everything" in what) return true;
  if ("files" in what) return what.files.some((file) => withoutScheme(file) === host + url);
  if ("hosts" in what) return what.hosts.includes(host);
  if ("prefixes" in what)
    return what.prefixes.some((prefix) => (host + path).startsWith(withoutScheme(prefix)));
  const tags = (headers["cache-tag"] ?? "").split(",").map((tag) => tag.trim());
  return what.tags.some((tag) => tags.includes(tag));
}

/** The scheme and port of an address are the local target's, not the zone's. */
function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/^([^/]+?):\d+/, "$1");
}
