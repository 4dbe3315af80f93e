import { log } from "./log.ts";

/** A refusal or failure that the client is told: status, a stable code, and a message for people. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Why, for the log alone. */
    readonly reason?: string,
    /** For the answer, beside its own, such as `retry-after`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "HttpError";
  }
}

/** What belongs to one request while it is answered. */
export interface Exchange {
  /** Runs a step and reports its duration in `Server-Timing` and in the log. */
  timed<T>(step: string, work: () => Promise<T>): Promise<T>;
  /** Adds fields to the request's line in the log. No personal data. */
  note(fields: Record<string, unknown>): void;
}

export interface EndpointOptions {
  /** The function's name in the log. */
  name: string;
  /** The one method it answers, beside OPTIONS. */
  method: string;
  /** Exact origins whose pages may call it. Requests that name no origin (not from a page) are not restricted. */
  allowedOrigins: readonly string[];
}

const allowedHeaders = "authorization, x-client-info, apikey, content-type, idempotency-key, x-request-id";
const exposedHeaders = "x-request-id, server-timing, retry-after";

/**
 * Wraps a handler with all that is the same in every function: request id, CORS, method check, errors as
 * `{error, code, requestId}`, timings, and one log line a request. What the handler throws other than
 * {@link HttpError} is answered 500 `internal` without its message.
 */
export function endpoint(
  options: EndpointOptions,
  handle: (request: Request, exchange: Exchange) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const started = performance.now();
    const requestId = requestIdOf(request);
    const timings: string[] = [];
    const notes: Record<string, unknown> = {};
    const exchange: Exchange = {
      async timed(step, work) {
        const from = performance.now();
        try {
          return await work();
        } finally {
          timings.push(`${step};dur=${(performance.now() - from).toFixed(1)}`);
        }
      },
      note: (fields) => Object.assign(notes, fields),
    };

    let response: Response;
    try {
      response = await route(request, options, () => handle(request, exchange));
    } catch (thrown) {
      const error = asHttpError(thrown);
      Object.assign(notes, { code: error.code, reason: error.reason });
      response = errorResponse(error, requestId);
    }

    const milliseconds = performance.now() - started;
    timings.push(`total;dur=${milliseconds.toFixed(1)}`);
    response.headers.set("x-request-id", requestId);
    response.headers.set("server-timing", timings.join(", "));
    setCors(response.headers, request, options.allowedOrigins);
    log(response.status >= 500 ? "error" : "info", options.name, {
      requestId,
      method: request.method,
      status: response.status,
      ms: Math.round(milliseconds),
      ...notes,
    });
    return response;
  };
}

async function route(
  request: Request,
  options: EndpointOptions,
  handle: () => Promise<Response>,
): Promise<Response> {
  const origin = request.headers.get("origin");
  if (origin !== null && !options.allowedOrigins.includes(origin)) {
    throw new HttpError(403, "origin_not_allowed", "This site may not use this service.");
  }
  if (request.method === "OPTIONS") {
    return new Response(null, {
      status: 204,
      headers: {
        allow: `${options.method}, OPTIONS`,
        "access-control-allow-methods": options.method,
        "access-control-allow-headers": allowedHeaders,
        // Chromium keeps a preflight for two hours at most.
        "access-control-max-age": "7200",
      },
    });
  }
  if (request.method !== options.method) {
    throw new HttpError(405, "method_not_allowed", `Use ${options.method}.`);
  }
  return handle();
}

function setCors(headers: Headers, request: Request, allowedOrigins: readonly string[]): void {
  headers.append("vary", "Origin");
  const origin = request.headers.get("origin");
  if (origin === null || !allowedOrigins.includes(origin)) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", exposedHeaders);
  headers.set("timing-allow-origin", origin);
}

/** The caller's own id, if it is a plain one, so that its log and ours can be joined; else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id") ?? "";
  return /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}

export function errorResponse(error: HttpError, requestId: string): Response {
  const response = json({ error: error.message, code: error.code, requestId }, error.status);
  for (const [name, value] of Object.entries(error.headers)) response.headers.set(name, value);
  if (error.status === 401) response.headers.set("www-authenticate", "Bearer");
  if (error.status === 405) response.headers.set("allow", "POST, OPTIONS");
  return response;
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

function asHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  return new HttpError(500, "internal", "Something went wrong. Try again later.", String(thrown));
}
