import type { RequestListener } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";

/** How a stand-in is to fail, told at any time. */
export interface Faults {
  /**
   * `down` ends connections at once; `unanswered` does what is asked and ends them before it says so; a number is the status
   * that every request is answered with.
   */
  mode?: "down" | "unanswered" | 429 | 500 | 503;
  /** Milliseconds that an answer takes. */
  slow?: number;
}

/** A vendor's stand-in as a listener that fails as it is told. */
export function faulty(
  fetch: (request: Request) => Response | Promise<Response>,
  faults: Faults,
  /** What the vendor answers with those statuses. */
  refusal: (status: 429 | 500 | 503) => Response,
): RequestListener {
  const listener = getRequestListener(async (request) => {
    if (faults.slow) await delay(faults.slow);
    return typeof faults.mode === "number" ? refusal(faults.mode) : fetch(request);
  });
  return (request, response) => {
    if (faults.mode === "down") {
      request.socket.destroy();
      return;
    }
    if (faults.mode === "unanswered") {
      response.end = () => response.destroy();
      response.write = () => Boolean(response.destroy());
    }
    void listener(request, response);
  };
}
