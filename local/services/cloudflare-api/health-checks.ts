import type { Store } from "../../state/store.ts";
import type { CloudflareApi } from "./api.ts";
import { page } from "./envelope.ts";

const type = "cloudflare:index/healthcheck:Healthcheck";

/** The health checks of a zone. */
export function addHealthCheckRoutes({ app, store, allows }: CloudflareApi): void {
  app.get(
    "/client/v4/zones/:zone/healthchecks",
    allows("Health Checks Read", "Health Checks Write"),
    ({ req }) => page(checksOf(store, req.param("zone")), req.url),
  );
}

function checksOf(store: Store, zone: string) {
  return store
    .collection("recorded")
    .list()
    .filter((record) => record.type === type && record.properties["zoneId"] === zone)
    .map(({ id, properties: { name, address, interval } }) => ({ id, name, address, interval }));
}
