import { fromApi, toApi } from "../../../catalog/api-names.ts";
import { catalogEntry, providerSchemas } from "../../../catalog/catalog.ts";
import { withDefaults } from "../../../catalog/defaults.ts";
import { cloudflareRecorded } from "../../providers/cloudflare/recorded.ts";
import { remember, type RecordedOptions } from "../../providers/recorded.ts";
import type { Model } from "../../state/model.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { refusalOf } from "./checked.ts";
import { failure, page, success } from "./envelope.ts";

/** Where the API has what the providers record, and who may read and write it. */
const kinds = [
  {
    token: "cloudflare:index/loadBalancer:LoadBalancer",
    path: "/zones/:zone/load_balancers",
    group: "Load Balancers",
  },
  {
    token: "cloudflare:index/loadBalancerPool:LoadBalancerPool",
    path: "/accounts/:account/load_balancers/pools",
    group: "Load Balancing: Monitors and Pools",
  },
  {
    token: "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor",
    path: "/accounts/:account/load_balancers/monitors",
    group: "Load Balancing: Monitors and Pools",
  },
  {
    token: "cloudflare:index/healthcheck:Healthcheck",
    path: "/zones/:zone/healthchecks",
    group: "Health Checks",
  },
  {
    token: "cloudflare:index/notificationPolicy:NotificationPolicy",
    path: "/accounts/:account/alerting/v3/policies",
    group: "Notifications",
  },
  {
    token: "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks",
    path: "/accounts/:account/alerting/v3/destinations/webhooks",
    group: "Notifications",
  },
];

/** What a zone or an account has of load balancing, health checks and notifications. */
export function addRecordedRoutes(api: CloudflareApi): void {
  for (const kind of kinds) addRoutes(api, kind);
}

function addRoutes(
  { app, store, allows }: CloudflareApi,
  { token, path, group }: (typeof kinds)[number],
): void {
  const { options, types } = shapeOf(token);
  const at = `/client/v4${path}`;
  const owner = path.startsWith("/zones/") ? "zoneId" : "accountId";
  const reads = allows(`${group} Read`, `${group} Write`);
  const writes = allows(`${group} Write`);
  const ownerOf = ({ zone, account }: Record<string, string>) => zone ?? account;
  const records = (params: Record<string, string>) =>
    store
      .collection("recorded")
      .list()
      .filter(({ type, properties }) => type === token && properties[owner] === ownerOf(params));
  const describe = ({ id, properties }: Model["recorded"]) => ({
    id,
    ...(toApi("output", types, { ...properties, ...options.live?.(store, id) }) as object),
  });
  const none = () => failure(404, 1001, "resource not found");

  app.get(at, reads, ({ req }) => page(records(req.param()).map(describe), req.url));
  app.get(`${at}/:id`, reads, ({ req }) => {
    const found = records(req.param()).find(({ id }) => id === (req.param() as Record<string, string>)["id"]);
    return found ? success(describe(found)) : none();
  });
  app.post(at, writes, async ({ req }) => {
    const given = fromApi("input", types, await body(req.raw)) as object;
    const inputs = { ...given, [owner]: ownerOf(req.param()) };
    const refusal = refusalOf(store, token, inputs);
    if (refusal) return refusal;
    const entry = catalogEntry(token)!;
    const request = { urn: "", inputs: withDefaults(entry, inputs), state: {}, retried: false };
    const { id } = remember(store, options, request);
    return success(describe(records(req.param()).find((record) => record.id === id)!));
  });
}

/** How a resource is asked for and told of. Whose it is stands in the path, and secrets are told by nobody. */
function shapeOf(token: string) {
  const entry = catalogEntry(token);
  const options = cloudflareRecorded.find((each) => each.token === token) as RecordedOptions;
  const hidden = ["zoneId", "accountId", ...(entry?.secretOutputs ?? [])];
  const outputs = Object.entries(entry?.outputs ?? {}).filter(([name]) => !hidden.includes(name));
  const types = {
    ...providerSchemas.cloudflare.types,
    input: { properties: entry?.inputs ?? {} },
    output: { properties: Object.fromEntries(outputs) },
  };
  return { options, types };
}
