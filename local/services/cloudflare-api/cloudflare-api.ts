import { Hono, type MiddlewareHandler } from "hono";
import type { Store } from "../../state/store.ts";
import type { Answered } from "../edge/traffic.ts";
import type { R2Usage } from "../object-store/usage.ts";
import { sameText } from "../http/same-text.ts";
import { addAccountTokenRoutes } from "./account-tokens.ts";
import { known, type CloudflareApi } from "./api.ts";
import { addDnsRoutes } from "./dns-records.ts";
import { failure } from "./envelope.ts";
import { addGraphqlRoute } from "./graphql.ts";
import { addBucketRoutes } from "./r2-buckets.ts";
import { addCustomDomainRoutes } from "./r2-domains.ts";
import { addBucketRuleRoutes } from "./r2-rules.ts";
import { addRecordedRoutes } from "./recorded.ts";
import { addRulesetRoutes } from "./rulesets.ts";
import { addTokenRoutes } from "./tokens.ts";
import { addZoneSettingRoutes } from "./zone-settings.ts";
import { addZoneRoutes } from "./zones.ts";

/** What Cloudflare's API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but those that the verbs of this package call",
  "rate limits of the API",
  "R2: the codes of refusals about custom domains, which are documented nowhere, and the lifecycle rule that a new bucket has",
  "load balancers, pools, monitors, health checks, notifications: listed, looked at and made; the codes of refusals",
  "GraphQL: datasets other than httpRequestsAdaptiveGroups, httpRequests1hGroups, r2OperationsAdaptiveGroups and r2StorageAdaptiveGroups; the last 50,000 answers since the start are counted, without sampling",
];

export interface CloudflareApiOptions {
  store: Store;
  /** The one token that is accepted. */
  token: string;
  /** What the edge has answered, for the analytics. Default: nothing. */
  traffic?: () => readonly Answered[];
  /** What R2 holds and did, for the analytics. Default: nothing. */
  r2?: () => Promise<R2Usage>;
}

/** Cloudflare's API v4, as far as the verbs of this package call it, on what the providers have made. */
export function createCloudflareApi(options: CloudflareApiOptions): Hono {
  const { store, token, traffic = () => [], r2 = async () => ({ operations: [], storage: [] }) } = options;
  const app = new Hono();
  const own = () => store.collection("accounts").get("accounts")?.cloudflare.token;

  app.use("/client/v4/*", async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    if (given === undefined) return failure(400, 9106, "Missing Authorization header");
    if (!sameText(given, token)) return failure(401, 1000, "Invalid API Token");
    const status = own()?.status ?? "active";
    if (status !== "active") return failure(401, 1000, `The API Token is ${status}`);
    return next();
  });
  app.use("/client/v4/accounts/:account/*", known(store));
  app.use("/client/v4/zones/:zone", known(store));
  app.use("/client/v4/zones/:zone/*", known(store));

  const allows = (...permissions: readonly string[]): MiddlewareHandler => {
    return async (_context, next) => {
      const has = own()?.permissions;
      if (has && !permissions.some((permission) => has.includes(permission)))
        return failure(403, 10_000, "Authentication error");
      return next();
    };
  };

  const api: CloudflareApi = { app, store, allows };
  addTokenRoutes(api);
  addZoneRoutes(api);
  addAccountTokenRoutes(api);
  addBucketRoutes(api);
  addCustomDomainRoutes(api);
  addBucketRuleRoutes(api);
  addRulesetRoutes(api);
  addDnsRoutes(api);
  addZoneSettingRoutes(api);
  addRecordedRoutes(api);
  addGraphqlRoute(api, { traffic, r2 });

  app.notFound((context) =>
    failure(
      404,
      7_000,
      `No route for ${context.req.method} ${context.req.path}: not part of the local target`,
    ),
  );
  return app;
}
