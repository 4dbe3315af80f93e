import type { Hono, MiddlewareHandler } from "hono";
import type { Store } from "../../state/store.ts";
import { failure } from "./envelope.ts";

/** What each part of the API is added to. */
export interface CloudflareApi {
  /** Paths begin with `/client/v4`. */
  readonly app: Hono;
  readonly store: Store;
  /** Lets a request through whose token has one of these permission groups, such as `DNS Write`. */
  allows(...permissions: readonly string[]): MiddlewareHandler;
}

/** Refuses what is about another account or zone than those there are. */
export const known = (store: Store): MiddlewareHandler => {
  return async (context, next) => {
    const cloudflare = store.collection("accounts").get("accounts")?.cloudflare;
    const { account, zone } = context.req.param() as { account?: string; zone?: string };
    if (account !== undefined && account !== cloudflare?.accountId)
      return failure(
        404,
        7003,
        `Could not route to ${context.req.path}, perhaps your object identifier is invalid?`,
      );
    if (zone !== undefined && !cloudflare?.zones.some(({ id }) => id === zone))
      return failure(404, 1049, "The zone does not exist or the token may not see it");
    return next();
  };
};
