import type { Store } from "../../state/store.ts";

/** As `cloudflare.LoadBalancer` declares it, as far as it is executed. */
export interface LoadBalancer {
  readonly zoneId: string;
  readonly name: string;
  readonly enabled?: boolean;
  readonly defaultPools: readonly string[];
  readonly fallbackPool: string;
  readonly rules?: readonly LoadBalancerRule[];
}

export interface LoadBalancerRule {
  readonly name?: string;
  readonly condition?: string;
  readonly disabled?: boolean;
  readonly priority?: number;
  readonly terminates?: boolean;
  readonly overrides?: { readonly defaultPools?: readonly string[]; readonly fallbackPool?: string };
  readonly fixedResponse?: {
    readonly statusCode?: number;
    readonly messageBody?: string;
    readonly contentType?: string;
  };
}

export interface Pool {
  readonly id: string;
  readonly enabled?: boolean;
  readonly minimumOrigins?: number;
  readonly monitor?: string;
  readonly origins: readonly Origin[];
}

export interface Origin {
  readonly name: string;
  readonly address: string;
  readonly port?: number;
  readonly enabled?: boolean;
  /** The host that the origin is asked for. */
  readonly header?: { readonly hosts?: readonly string[] };
}

export interface Monitor {
  readonly id: string;
  readonly type?: string;
  readonly method?: string;
  readonly path?: string;
  readonly port?: number;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly expectedCodes?: string;
  /** Seconds. */
  readonly interval?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly retries?: number;
}

function records(store: Store, type: string): (Record<string, unknown> & { id: string })[] {
  return store
    .collection("recorded")
    .list()
    .filter((record) => record.type === `cloudflare:index/${type}`)
    .map(({ id, properties }) => ({ ...properties, id }));
}

/** The enabled load balancer of a host. */
export function balancerOf(store: Store, host: string): LoadBalancer | undefined {
  const balancers = records(store, "loadBalancer:LoadBalancer") as unknown as LoadBalancer[];
  return balancers.find(({ name, enabled }) => name === host && enabled !== false);
}

export function pools(store: Store): Pool[] {
  return records(store, "loadBalancerPool:LoadBalancerPool") as unknown as Pool[];
}

export function monitors(store: Store): Monitor[] {
  return records(store, "loadBalancerMonitor:LoadBalancerMonitor") as unknown as Monitor[];
}
