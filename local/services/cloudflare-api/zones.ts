import type { Accounts } from "../../state/model.ts";
import type { CloudflareApi } from "./api.ts";
import { page, success } from "./envelope.ts";

type Zone = Accounts["cloudflare"]["zones"][number];

/** Of the groups that let a zone be looked at by its id: those that this package's tokens have. */
const seeAZone = [
  "Zone Read",
  "Zone Write",
  "Zone Settings Read",
  "Zone Settings Write",
  "DNS Read",
  "DNS Write",
  "Load Balancers Read",
  "Load Balancers Write",
  "Analytics Read",
];

/** Zones, with the plan and the status they have. */
export function addZoneRoutes({ app, store, allows }: CloudflareApi): void {
  const cloudflare = () => store.collection("accounts").get("accounts")!.cloudflare;
  const describe = ({ id, name, plan, status, paused, accountId }: Zone) => ({
    id,
    name,
    status: status ?? "active",
    paused: paused ?? false,
    type: "full",
    account: { id: accountId ?? cloudflare().accountId, name: "LavLay" },
    plan: { id: plan, name: `${plan} website`, legacy_id: plan },
  });
  app.get("/client/v4/zones", allows("Zone Read", "Zone Write"), (context) => {
    const name = context.req.query("name");
    const zones = cloudflare().zones.filter((zone) => name === undefined || zone.name === name);
    return page(zones.map(describe), context.req.url);
  });
  app.get("/client/v4/zones/:zone", allows(...seeAZone), (context) => {
    const zone = cloudflare().zones.find(({ id }) => id === context.req.param("zone"))!;
    return success(describe(zone));
  });
}
