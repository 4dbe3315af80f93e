import { lookup } from "node:dns";
import { Agent, request, type Dispatcher } from "undici";

/** What came back for one request, body included. */
export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** From the request to the body's last byte, milliseconds. */
  readonly ms: number;
}

/** A host that does not answer, or not in time; the message says which and how. */
export class NoAnswer extends Error {}

/** How long an answer may take in all, milliseconds. */
export const ANSWER_LIMIT_MS = 10_000;

/**
 * Connections are kept between requests, as browsers do. Every `*.localhost` is this machine, as for browsers; Node leaves
 * that to the system.
 */
const agent = new Agent({
  connect: {
    lookup: (host, options, callback) =>
      host.endsWith(".localhost")
        ? callback(null, [{ address: "127.0.0.1", family: 4 }])
        : lookup(host, { ...options, all: true }, callback),
  },
});

/** @throws NoAnswer */
export async function ask(
  url: string,
  options: Pick<Dispatcher.RequestOptions, "headers" | "body"> & { method?: Dispatcher.HttpMethod } = {},
  limitMs = ANSWER_LIMIT_MS,
): Promise<Asked> {
  const started = performance.now();
  try {
    const { statusCode, headers, body } = await request(url, {
      ...options,
      dispatcher: agent,
      signal: AbortSignal.timeout(limitMs),
    });
    const content = Buffer.from(await body.arrayBuffer());
    return { status: statusCode, headers, body: content, ms: performance.now() - started };
  } catch (error) {
    throw new NoAnswer(`${new URL(url).host} ${whyNot(error, limitMs)}`);
  }
}

function whyNot(error: unknown, limitMs: number): string {
  const { name, code, message } = error as Error & { code?: string };
  if (name === "TimeoutError") return `did not answer within ${limitMs / 1000} s`;
  return `did not answer (${code ?? message})`;
}
