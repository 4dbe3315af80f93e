import type { PlannedResource } from "../../plan/plan.ts";
import type { Existing, Finder, LeftAlone, Vendors } from "../existing.ts";
import { theOnly } from "./alike.ts";
import { told } from "./told.ts";

interface Balancer {
  readonly id: string;
  readonly name: string;
  readonly fallback_pool?: string;
  readonly rules?: readonly {
    readonly name?: string;
    readonly condition?: string;
    readonly overrides?: { readonly default_pools?: readonly string[] };
  }[];
}

interface Pool {
  readonly id: string;
  readonly name: string;
  readonly monitor?: string;
}

interface Monitor {
  readonly id: string;
  readonly description?: string;
}

const poolType = "cloudflare:index/loadBalancerPool:LoadBalancerPool";
const monitorType = "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor";

/** The load balancer of the stack's host: a host has one. */
async function balancerOf({ cloudflare, settings }: Vendors): Promise<Balancer | undefined> {
  const all = await cloudflare.list<Balancer>(`/zones/${settings.cloudflare.zoneId}/load_balancers`);
  return all.find(({ name }) => name === settings.loadBalancer?.host);
}

const balancer: Finder = async (vendors, { type }) => {
  const { zoneId } = vendors.settings.cloudflare;
  const own = await balancerOf(vendors);
  return (
    own && {
      way: { by: "import", id: `${zoneId}/${own.id}` },
      properties: { zoneId, ...told(type, own) },
    }
  );
};

/** What a pool or a monitor serves, such as `api`: the end of its name in the program. */
const serviceOf = ({ name }: PlannedResource) => /-(?:pool|monitor)-(.+)$/.exec(name)?.[1] ?? name;

/** The pools to which a load balancer sends the requests of a service. */
function referredTo({ fallback_pool: fallback, rules = [] }: Balancer, service: string): string[] {
  if (service === "api") return fallback ? [fallback] : [];
  const path = service === "reads" ? "/rest/v1/" : `/functions/v1/${service}`;
  const own = rules.filter(({ name, condition }) => name === service || condition?.includes(`"${path}`));
  return [...new Set(own.flatMap(({ overrides }) => overrides?.default_pools?.slice(0, 1) ?? []))];
}

type Match<T> = T | LeftAlone | undefined;

/**
 * One for each service. What serves several is taken over for the first of them, since what is imported twice would be
 * two resources' own.
 */
function each<T extends { readonly id: string }>(
  declared: readonly PlannedResource[],
  match: (service: string, resource: PlannedResource) => Match<T>,
): ReadonlyMap<string, Match<T>> {
  const takenFor = new Map<string, string>();
  const isApi = (resource: PlannedResource) => serviceOf(resource) === "api";
  const inOrder = [...declared.filter(isApi), ...declared.filter((resource) => !isApi(resource))];
  const matches = new Map<string, Match<T>>();
  for (const resource of inOrder) {
    const service = serviceOf(resource);
    const own = match(service, resource);
    const first = own && "id" in own ? takenFor.get(own.id) : undefined;
    if (own && "id" in own && first === undefined) takenFor.set(own.id, service);
    matches.set(
      service,
      first === undefined
        ? own
        : { leftAlone: `${(own as T).id} serves ${first} too, and is taken over for it: one more is made` },
    );
  }
  return matches;
}

/** The pools by service: those that the load balancer sends to, or else those that are called as declared. */
async function poolsOf(vendors: Vendors): Promise<ReadonlyMap<string, Match<Pool>>> {
  const { cloudflare, settings, resources } = vendors;
  const all = await cloudflare.list<Pool>(`/accounts/${settings.cloudflare.accountId}/load_balancers/pools`);
  const front = await balancerOf(vendors);
  const declared = resources.filter(({ type }) => type === poolType);
  return each(declared, (service, { inputs }) => {
    const ids = front ? referredTo(front, service) : [];
    const referred = all.filter(({ id }) => ids.includes(id));
    const named = all.filter(({ name }) => name === inputs["name"]);
    return theOnly(referred.length > 0 ? referred : named, `pools for ${service}`);
  });
}

/** The monitors by service: those that the pools refer to, or else those that are described as declared. */
async function monitorsOf(vendors: Vendors): Promise<ReadonlyMap<string, Match<Monitor>>> {
  const { cloudflare, settings, resources } = vendors;
  const pools = await poolsOf(vendors);
  const path = `/accounts/${settings.cloudflare.accountId}/load_balancers/monitors`;
  const all = await cloudflare.list<Monitor>(path);
  const declared = resources.filter(({ type }) => type === monitorType);
  return each(declared, (service, { inputs }) => {
    const pool = pools.get(service);
    const referred = all.filter(({ id }) => pool && "id" in pool && pool.monitor === id);
    const described = all.filter(({ description }) => description === inputs["description"]);
    return theOnly(referred.length > 0 ? referred : described, `monitors for ${service}`);
  });
}

const imported = ({ settings }: Vendors, type: string, own: Match<Pool | Monitor>): Match<Existing> => {
  if (!own || "leftAlone" in own) return own;
  const { accountId } = settings.cloudflare;
  return {
    way: { by: "import", id: `${accountId}/${own.id}` },
    properties: { accountId, ...told(type, own) },
  };
};

/** Finds the load balancer, its pools and their monitors. */
export const loadBalancingFinders: Readonly<Record<string, Finder>> = {
  "cloudflare:index/loadBalancer:LoadBalancer": balancer,
  [poolType]: async (vendors, resource) =>
    imported(vendors, resource.type, (await poolsOf(vendors)).get(serviceOf(resource))),
  [monitorType]: async (vendors, resource) =>
    imported(vendors, resource.type, (await monitorsOf(vendors)).get(serviceOf(resource))),
};
