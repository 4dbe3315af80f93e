import pg from "pg";

/** What pg_net and Supabase Vault do and the local ones do not. */
export const notImitated: readonly string[] = [
  "pg_net itself: a stand-in with its tables and functions; requests are made by the local target, looked for every second",
  "pg_net's batches, net.http_collect_response, net.worker_restart; requests are made to this machine alone",
  "Supabase Vault's encryption: a stand-in keeps the secrets as they are given",
];

export interface NetWorkerOptions {
  /** Of the superuser. */
  readonly url: string;
  readonly log: (line: string) => void;
}

interface QueuedRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string> | null;
  readonly body: Buffer | null;
  readonly timeout_milliseconds: number;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly content?: string;
  readonly timedOut: boolean;
  readonly error?: string;
}

/** Takes the requests out of `net.http_request_queue`, makes each once, and writes how it went into `net._http_response`. */
export class NetWorker {
  readonly #options: NetWorkerOptions;
  readonly #pool: pg.Pool;
  readonly #running = new Set<Promise<void>>();
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NetWorkerOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({ connectionString: options.url, max: 2, application_name: "pg_net" });
    this.#pool.on("error", (error) => options.log(error.message));
  }

  start(): void {
    this.#timer = setInterval(
      () => void this.tick().catch((error: Error) => this.#options.log(error.message)),
      1_000,
    );
  }

  /** Begins what waits; resolves when that is begun. */
  async tick(): Promise<void> {
    const { rows: known } = await this.#pool.query<{ there: boolean }>(
      "select to_regclass('net.http_request_queue') is not null as there",
    );
    if (!known[0]?.there) return;
    await this.#pool.query("delete from net._http_response where created < now() - interval '6 hours'");
    // Gone before it is made, as with the real one: a request is never made twice.
    const { rows } = await this.#pool.query<QueuedRequest>(
      "delete from net.http_request_queue returning id::text, method, url, headers, body, timeout_milliseconds",
    );
    for (const request of rows) {
      const run = this.#run(request)
        .catch((error: Error) => this.#options.log(`request ${request.id}: ${error.message}`))
        .finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  /** Resolves when all that is under way has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#end.abort();
    await this.idle();
    await this.#pool.end();
  }

  async #run(request: QueuedRequest): Promise<void> {
    const { status, headers, content, timedOut, error } = await this.#ask(request);
    await this.#pool.query(
      `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        request.id,
        status,
        headers?.["content-type"],
        headers && JSON.stringify(headers),
        content,
        timedOut,
        error,
      ],
    );
  }

  async #ask({ method, url, headers, body, timeout_milliseconds: limit }: QueuedRequest): Promise<Answer> {
    const host = URL.canParse(url) ? new URL(url).hostname : "";
    if (!["127.0.0.1", "localhost"].includes(host)) {
      return { timedOut: false, error: "Couldn't resolve host name" };
    }
    const timeout = AbortSignal.timeout(limit);
    try {
      const answer = await fetch(url, {
        method: method.toUpperCase(),
        headers: headers ?? {},
        ...(body && { body: new Uint8Array(body) }),
        signal: AbortSignal.any([timeout, this.#end.signal]),
      });
      const content = await answer.text();
      return { status: answer.status, headers: Object.fromEntries(answer.headers), content, timedOut: false };
    } catch (error) {
      return timeout.aborted
        ? { timedOut: true, error: `Timeout of ${limit} ms reached` }
        : { timedOut: false, error: (error as Error).message };
    }
  }
}
