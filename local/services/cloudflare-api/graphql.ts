import type { Answered } from "../edge/traffic.ts";
import type { R2Usage } from "../object-store/usage.ts";
import type { CloudflareApi } from "./api.ts";
import { analytics, Unauthorized } from "./analytics.ts";
import { parseQuery, QueryError } from "./graphql-query.ts";

/** Whence the numbers come. */
export interface AnalyticsSources {
  /** What the edge has answered since its start. */
  readonly traffic: () => readonly Answered[];
  readonly r2: () => Promise<R2Usage>;
}

/** The GraphQL Analytics API: two datasets of a zone's HTTP requests, two of the account's R2. */
export function addGraphqlRoute({ app, store }: CloudflareApi, { traffic, r2 }: AnalyticsSources): void {
  app.post("/client/v4/graphql", async (context) => {
    const cloudflare = store.collection("accounts").get("accounts")?.cloudflare;
    const permissions = cloudflare?.token?.permissions;
    const body = (await context.req.json().catch(() => undefined)) as
      { query?: unknown; variables?: Record<string, unknown> } | undefined;
    if (typeof body?.query !== "string") return refusal(400, "error parsing args: no query");
    try {
      const zones = (cloudflare?.zones ?? []).map(({ id }) => id);
      const may = (permission: string) => permissions?.includes(permission) ?? true;
      const data = analytics(parseQuery(body.query, body.variables ?? {}), {
        zones: may("Analytics Read") ? zones : [],
        accounts: cloudflare && may("Account Analytics Read") ? [cloudflare.accountId] : [],
        traffic: traffic(),
        r2: await r2(),
      });
      return Response.json({ data, errors: null });
    } catch (error) {
      if (error instanceof Unauthorized) return refusal(403, error.message);
      if (error instanceof QueryError) return refusal(400, error.message);
      throw error;
    }
  });
}

function refusal(status: number, message: string): Response {
  const errors = [{ message, path: null, extensions: { timestamp: new Date().toISOString() } }];
  return Response.json({ data: null, errors }, { status });
}
