import { Agent, request } from "node:http";
import { percentile } from "../../ops/check/percentile.ts";

/** What is sent again and again. */
export interface Shot {
  url: string;
  method: string;
  headers: Record<string, string | number>;
  body?: Uint8Array;
}

// A server may close a connection that was idle for longer just when it is used again.
const agent = new Agent({ keepAlive: true, timeout: 2_000 });

/** Sends it and gives how long the whole answer took, ms. Throws unless the answer is a success. */
export function shoot({ url, method, headers, body }: Shot): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode! < 300) resolve(performance.now() - started);
        else reject(new Error(`${method} was answered ${response.statusCode} ${text}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

export interface Load {
  /** ms */
  p50: number;
  p95: number;
  /** Megabytes (of 1,000,000 bytes) a second. */
  throughput: number;
  /** How many were not answered with a success. They count for nothing else. */
  failed: number;
  /** What the first of them was answered. */
  failure?: string;
}

/** Where what is sent comes from. */
export type Source = () => Promise<Shot>;

/** So many of them, so many at once. */
export async function load(source: Source, count: number, atOnce: number): Promise<Load> {
  const record = new Shots();
  let left = count;
  const started = performance.now();
  const work = async (): Promise<void> => {
    while (left-- > 0) await record.shoot(await source());
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return record.summary((performance.now() - started) / 1000);
}

/** One at a time, of each kind in turn, so that what the machine does meanwhile falls on all of them alike. */
export async function loadInTurn<K extends string>(
  sources: Readonly<{ [key in K]: Source }>,
  count: number,
): Promise<{ [key in K]: Load }> {
  const kinds = (Object.keys(sources) as K[]).map((name) => ({
    name,
    source: sources[name],
    record: new Shots(),
  }));
  for (let n = 0; n < count; n++) {
    for (const { source, record } of kinds) await record.shoot(await source());
  }
  return Object.fromEntries(kinds.map(({ name, record }) => [name, record.summary()])) as {
    [key in K]: Load;
  };
}

class Shots {
  readonly #taken: number[] = [];
  readonly #failures: string[] = [];
  #bytes = 0;

  async shoot(shot: Shot): Promise<void> {
    try {
      this.#taken.push(await shoot(shot));
      this.#bytes += shot.body?.length ?? 0;
    } catch (error) {
      this.#failures.push((error as Error).message);
    }
  }

  /** @param seconds that all took; by default, one after the other */
  summary(seconds = this.#taken.reduce((sum, each) => sum + each, 0) / 1000): Load {
    const at = (share: number) => (this.#taken.length > 0 ? percentile(this.#taken, share) : NaN);
    return {
      p50: at(0.5),
      p95: at(0.95),
      throughput: this.#bytes / 1e6 / seconds,
      failed: this.#failures.length,
      failure: this.#failures[0],
    };
  }
}
