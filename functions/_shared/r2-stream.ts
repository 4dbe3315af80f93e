import { type Answer, Connection } from "./connection.ts";
import { HttpError } from "./http.ts";

/** How long the storage may take to connect, to take a chunk, or for its answer once it has everything, ms. */
const mostPatience = 30_000;

/**
 * PUTs a body while it flows, with a Content-Length, as S3 demands. Whatever goes wrong, the connection is cut before the
 * length is reached: nothing is stored. Throws what the body throws, or 502 `storage_failed`.
 */
export async function putStream(
  address: string,
  headers: Record<string, string>,
  body: AsyncIterable<Uint8Array>,
  length: number,
): Promise<Answer> {
  const url = new URL(address);
  const patience = new Patience(mostPatience);
  let connection: Connection | undefined;
  let isKept = false;
  try {
    connection = await patience.during(Connection.to(url));
    let isAnswered = false;
    const answer = connection.answer().finally(() => (isAnswered = true));
    // Nobody waits for it when the body breaks off.
    answer.catch(() => {});
    /** A write fails when the storage has answered and takes no more: then the answer says why. */
    const send = (written: Promise<void>) =>
      patience.during(Promise.race([written.catch(() => answer), answer]));

    connection.begin("PUT", url, { ...headers, "content-length": String(length) });
    let sent = 0;
    for await (const chunk of body) {
      // With a refusal, or by breaking off.
      if (isAnswered) return await patience.during(answer);
      sent += chunk.length;
      if (sent > length) break;
      await send(connection.write(chunk));
    }
    if (sent !== length) throw new Error(`the body is not of ${length} bytes`);
    const { isReusable, ...answered } = await patience.during(answer);
    if (isReusable) connection.keep();
    isKept = isReusable;
    return answered;
  } finally {
    patience.end();
    if (!isKept) connection?.close();
  }
}

/** For what the storage has to do: one clock for all the waiting, as a timer for each chunk takes as long as sending it. */
class Patience {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #gone: Promise<never>;
  #waitingSince = Infinity;

  /** @param milliseconds that one wait may take */
  constructor(milliseconds: number) {
    let giveUp: (reason: Error) => void;
    this.#gone = new Promise((_, reject) => (giveUp = reject));
    this.#timer = setInterval(() => {
      if (performance.now() - this.#waitingSince > milliseconds) giveUp(new Error("no answer in time"));
    }, 1_000);
  }

  /** Throws 502 `storage_failed`. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#waitingSince = performance.now();
    try {
      return await Promise.race([work, this.#gone]);
    } catch (error) {
      const message = "The file could not be stored. Try again later.";
      throw new HttpError(502, "storage_failed", message, String(error));
    } finally {
      this.#waitingSince = Infinity;
    }
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
