/** What an HTTP/1.1 server answered. */
export interface Answer {
  status: number;
  /** Its body, if it says how long that is; no more than tells what is wrong. */
  text: string;
}

/** For an answer's header fields, and for its text. */
const maxBytes = 16 * 1024;
/** One that has been idle for longer may be closed by the other side just when it is used, ms. */
const keepFor = 4_000;

const encoder = new TextEncoder();
/** A character a byte, so that lengths are the same. */
const decoder = new TextDecoder("latin1");

/**
 * A connection for HTTP/1.1 requests whose bodies flow with a Content-Length: `fetch` sends those as chunks of unknown
 * length, and the runtime takes longer to load `node:http` than to start a function.
 */
export class Connection {
  static readonly #idle = new Set<Connection>();

  readonly #conn: Deno.Conn;
  readonly #origin: string;
  /** What comes next, which is always waited for: an idle connection is closed as soon as the other side ends it. */
  #arriving: Promise<Uint8Array>;
  #idleSince = 0;
  /** Of a request whose first bytes are still to be written. */
  #head: Uint8Array | undefined;

  private constructor(conn: Deno.Conn, origin: string) {
    this.#conn = conn;
    this.#origin = origin;
    this.#arriving = this.#read();
  }

  /** A new one, or one that was kept. */
  static async to({ origin, protocol, hostname, port }: URL): Promise<Connection> {
    for (const connection of Connection.#idle) {
      Connection.#idle.delete(connection);
      const isFresh = performance.now() - connection.#idleSince < keepFor;
      if (isFresh && connection.#origin === origin) return connection;
      connection.close();
    }
    const isSecure = protocol === "https:";
    const tcp = await Deno.connect({ hostname, port: Number(port) || (isSecure ? 443 : 80) });
    // The last bytes of a body do not wait until those before have arrived.
    tcp.setNoDelay();
    return new Connection(isSecure ? await Deno.startTls(tcp, { hostname }) : tcp, origin);
  }

  /** A request's first line and header fields, its Host among them. They go with the first bytes that are written. */
  begin(method: string, url: URL, headers: Readonly<Record<string, string>>): void {
    const fields = Object.entries({ host: url.host, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    this.#head = encoder.encode(`${method} ${url.pathname}${url.search} HTTP/1.1\r\n${fields.join("")}\r\n`);
  }

  async write(bytes: Uint8Array): Promise<void> {
    let all = bytes;
    if (this.#head !== undefined) {
      all = new Uint8Array(this.#head.length + bytes.length);
      all.set(this.#head);
      all.set(bytes, this.#head.length);
      this.#head = undefined;
    }
    for (let at = 0; at < all.length; at += await this.#conn.write(all.subarray(at)));
  }

  /** The answer to what was begun, maybe before all of it was sent. After it, the connection is kept or closed. */
  async answer(): Promise<Answer & { isReusable: boolean }> {
    let text = "";
    const receive = async (): Promise<void> => {
      const bytes = await this.#arriving;
      this.#arriving = this.#read();
      if (bytes.length === 0) throw new Error("connection closed");
      text += decoder.decode(bytes);
    };
    for (;;) {
      let end: number;
      while ((end = text.indexOf("\r\n\r\n")) < 0) {
        if (text.length > maxBytes) throw new Error("an answer without end");
        await receive();
      }
      const head = text.slice(0, end);
      text = text.slice(end + 4);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
      if (!status) throw new Error("not an answer of HTTP/1.1");
      // Such as "100 Continue".
      if (status < 200) continue;
      const length = Number(/^content-length: *(\d+)\r?$/im.exec(head)?.[1] ?? NaN);
      while (text.length < Math.min(length, maxBytes)) await receive();
      const isReusable = text.length === length && !/^connection: *close\r?$/im.test(head);
      return { status, text, isReusable };
    }
  }

  /** For the next request; closed where the other side ends it before. */
  keep(): void {
    this.#idleSince = performance.now();
    Connection.#idle.add(this);
    const arriving = this.#arriving;
    const closeIfIdle = (): void => {
      if (this.#arriving === arriving && Connection.#idle.delete(this)) this.close();
    };
    arriving.then(closeIfIdle, closeIfIdle);
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
  }

  #read(): Promise<Uint8Array> {
    const buffer = new Uint8Array(4096);
    const bytes = this.#conn.read(buffer).then((count) => buffer.subarray(0, count ?? 0));
    // Who waits for it is told; when the connection is closed, nobody does.
    bytes.catch(() => {});
    return bytes;
  }
}
