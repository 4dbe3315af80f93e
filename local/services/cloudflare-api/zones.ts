import type { Accounts } from "../../state/model.ts";
import type { CloudflareApi } from "./api.ts";
import { page, success } from "./envelope.ts";

type Zone = Accounts["cloudflare"]["zones"][number];

/** Zones, with the plan and the status they have. */
export function addZoneRoutes({ app, store, allows }: CloudflareApi): void {
  const read = allows("Zone Read", "Zone Write");
  const cloudflare = () => store.collection("accounts").get("accounts")!.cloudflare;
  const describe = ({ id, name, plan, status }: Zone) => ({
    id,
    name,
    status: status ?? "active",
    paused: false,
    type: "full",
    account: { id: cloudflare().accountId, name: "LavLay" },
    plan: { id: plan, name: `${plan} website`, legacy_id: plan },
  });
  app.get("/client/v4/zones", read, (context) => {
    const name = context.req.query("name");
    const zones = cloudflare().zones.filter((zone) => name === undefined || zone.name === name);
    return page(zones.map(describe), context.req.url);
  });
  app.get("/client/v4/zones/:zone", read, (context) => {
    const zone = cloudflare().zones.find(({ id }) => id === context.req.param("zone"))!;
    return success(describe(zone));
  });
}
