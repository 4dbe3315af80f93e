import type { RequestListener } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { z } from "zod";

const faultsSchema = z.strictObject({
  mode: z.union([z.literal(["down", "unanswered"]), z.literal([429, 500, 503])]).optional(),
  slow: z.number().min(0).optional(),
});

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

/**
 * A vendor's stand-in as a listener that fails as it is told: by `faults`, and from outside of the process by
 * `PUT /local/faults`, whose body is the same as JSON.
 */
export function faulty(
  fetch: (request: Request) => Response | Promise<Response>,
  faults: Faults,
  /** What the vendor answers with those statuses. */
  refusal: (status: 429 | 500 | 503) => Response,
): RequestListener {
  let told: Faults = {};
  const tell = getRequestListener(async (request) => {
    const { success, data } = faultsSchema.safeParse(await request.json().catch(() => undefined));
    if (!success) return Response.json({ message: "mode and slow are expected, or {}" }, { status: 400 });
    told = data;
    return Response.json(told);
  });
  const listener = getRequestListener(async (request) => {
    const { mode, slow } = { ...faults, ...told };
    if (slow) await delay(slow);
    return typeof mode === "number" ? refusal(mode) : fetch(request);
  });
  return (request, response) => {
    if (request.method === "PUT" && request.url === "/local/faults") return void tell(request, response);
    const { mode } = { ...faults, ...told };
    if (mode === "down") {
      request.socket.destroy();
      return;
    }
    if (mode === "unanswered") {
      response.end = () => response.destroy();
      response.write = () => Boolean(response.destroy());
    }
    void listener(request, response);
  };
}
