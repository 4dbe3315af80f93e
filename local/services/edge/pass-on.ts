import type { IncomingMessage, ServerResponse } from "node:http";
import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Store } from "../../state/store.ts";
import type { OriginHealth } from "../load-balancer/health.ts";
import { proxy } from "../load-balancer/proxy.ts";
import type { LoadBalancer } from "../load-balancer/records.ts";
import { destinationOf } from "../load-balancer/steering.ts";
import { refuse } from "./answer.ts";
import { phasesOf } from "./phase.ts";
import type { RateLimiter } from "./rate-limit.ts";
import { transformHeaders } from "./response-headers.ts";

export interface PassOnOptions {
  readonly store: Store;
  readonly health: OriginHealth;
  readonly limiter: RateLimiter;
  /** Called when an origin's answer has been passed back. */
  readonly onPassed: () => void;
}

/** Answers for a load balancer: the API behind it is passed on as it is, never cached. */
export function passOn(
  balancer: LoadBalancer,
  request: RuleRequest,
  message: IncomingMessage,
  response: ServerResponse,
  { store, health, limiter, onPassed }: PassOnOptions,
): void {
  const phase = phasesOf(store, balancer.zoneId);
  const destination = destinationOf(store, health, balancer, request);
  if (!destination) {
    return refuse(response, { status: 530, headers: {}, body: "Error 1016: no origin.\n" });
  }
  if ("fixed" in destination) {
    const { statusCode = 200, messageBody = "", contentType = "text/plain" } = destination.fixed;
    return refuse(response, {
      status: statusCode,
      headers: { "content-type": contentType },
      body: messageBody,
    });
  }
  limiter.countOrigin(phase("http_ratelimit"), request);
  proxy(destination.origin, message, response, (status, headers) =>
    transformHeaders(phase("http_response_headers_transform"), request, status, headers),
  );
  response.on("finish", onPassed);
}
