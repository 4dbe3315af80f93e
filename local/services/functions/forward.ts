import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { Dispatcher } from "undici";
import { PlatformFailure } from "./platform.ts";

/** Headers of one connection, not of the message. */
const perConnection = [
  ...["connection", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization"],
  ...["te", "trailer", "transfer-encoding", "upgrade"],
];
type ResponseBody = ConstructorParameters<typeof Response>[0];
const withoutBody = [101, 204, 205, 304];

/**
 * Passes a request on and its answer back, both streamed. `body` is the answer's, to see when it has ended.
 * @param idle ms that the first byte of the answer may take; then it throws {@link PlatformFailure}
 */
export async function forward(
  dispatcher: Dispatcher,
  request: Request,
  path: string,
  idle: number,
): Promise<{ response: Response; body: Readable }> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(() => controller.abort(new PlatformFailure("IDLE_TIMEOUT")), idle);
  request.signal.addEventListener("abort", abort);
  try {
    const answer = await dispatcher.request({
      path,
      method: request.method as Dispatcher.HttpMethod,
      headers: [...request.headers].filter(([name]) => !perConnection.includes(name)).flat(),
      body: request.body ? Readable.fromWeb(request.body as ReadableStream) : null,
      signal: controller.signal,
    });
    const status = answer.statusCode;
    const { body } = answer;
    body.once("close", () => request.signal.removeEventListener("abort", abort));
    const content = withoutBody.includes(status) ? discard(body) : (Readable.toWeb(body) as ResponseBody);
    return { response: new Response(content, { status, headers: headersOf(answer.headers) }), body };
  } catch (error) {
    request.signal.removeEventListener("abort", abort);
    if ((error as { code?: string }).code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH") {
      throw new PlatformFailure("BAD_REQUEST");
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function discard(body: Readable): null {
  body.resume();
  return null;
}

function headersOf(given: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(given)) {
    if (perConnection.includes(name)) continue;
    for (const value of [values ?? []].flat()) headers.append(name, value);
  }
  return headers;
}
