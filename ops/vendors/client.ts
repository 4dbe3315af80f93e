import { VendorRefusal } from "./refusal.ts";

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 4;
const LONGEST_WAIT_MS = 20_000;

/** How one vendor's API is spoken to. */
export interface VendorOptions {
  /** For messages, such as `Cloudflare`. */
  readonly vendor: string;
  /** The API's address, without a trailing slash. */
  readonly endpoint: string;
  /** The `authorization` header. */
  readonly authorization: string;
  /** Takes the answer's value out of its envelope; the body itself where there is none. */
  readonly unwrap?: (body: unknown) => unknown;
  /** The vendor's code and words in the body of a refusal. */
  readonly explain: (body: unknown) => { code?: string; words?: string };
}

export interface Call {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** One vendor's API. */
export interface VendorClient {
  /**
   * The value of an answer. What only reads is asked again when the vendor is busy (429, 5xx) or cannot be reached.
   * @throws VendorRefusal
   */
  call<T>(path: string, call?: Call): Promise<T>;
  /** The whole body of an answer, envelope included: for paging. @throws VendorRefusal */
  body<T>(path: string, call?: Call): Promise<T>;
}

export function createClient(options: VendorOptions): VendorClient {
  const body = async (path: string, call: Call = {}): Promise<unknown> => {
    const attempts = (call.method ?? "GET") === "GET" ? ATTEMPTS : 1;
    for (let attempt = 1; ; attempt++) {
      const answer = await ask(options, path, call);
      if ("value" in answer) return answer.value;
      if (attempt >= attempts || !answer.again) throw answer.refusal;
      await new Promise((resolve) => setTimeout(resolve, answer.waitMs ?? 250 * 2 ** attempt));
    }
  };
  return {
    body: (path, call) => body(path, call) as never,
    call: async (path, call) => {
      const value = await body(path, call);
      return (options.unwrap ? options.unwrap(value) : value) as never;
    },
  };
}

type Asked = { value: unknown } | { refusal: VendorRefusal; again: boolean; waitMs?: number };

async function ask(options: VendorOptions, path: string, call: Call): Promise<Asked> {
  const { method = "GET", query = {}, headers, body } = call;
  const request = `${method} ${path}`;
  const url = new URL(options.endpoint + path);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  const refused = (status: number, words: string, code?: string) =>
    new VendorRefusal(options.vendor, status, code, words, request);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        authorization: options.authorization,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    return { refusal: refused(0, reason(error)), again: true };
  }
  const value = parse(text);
  if (response.ok) return { value };
  const { code, words } = options.explain(value);
  const refusal = refused(response.status, words ?? text.slice(0, 300), code);
  const waitMs = Number(response.headers.get("retry-after")) * 1_000 || undefined;
  const again = response.status === 429 || response.status >= 500;
  return { refusal, again: again && (waitMs ?? 0) <= LONGEST_WAIT_MS, ...(waitMs && { waitMs }) };
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text; // An error page of something between.
  }
}

/** Why there was no answer: fetch hides it in the cause. */
function reason(error: unknown): string {
  const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1_000} seconds`;
  return cause?.code ?? cause?.message ?? message;
}
