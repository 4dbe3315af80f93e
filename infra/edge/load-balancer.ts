import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";

export interface LoadBalancerArgs {
  accountId: string;
  zoneId: string;
  /** The API's own host, such as `api.lavlay.com`. */
  host: string;
  /** Where people reach it, such as `https://api.lavlay.com`. */
  url: string;
  /** The project's API. */
  primary: pulumi.Input<string>;
  /** The project's API over all its replicas; absent where reads go to the primary. */
  reads?: pulumi.Input<string>;
  /** The key without which the API does not tell how it is. */
  publishableKey: pulumi.Input<string>;
  /** The edge functions by slug: each a service with a pool and a monitor of its own. */
  functions: readonly string[];
  /** Seconds between two checks of an origin. */
  intervalSeconds: number;
}

/** One way a request can go. */
interface Service {
  name: string;
  origin: pulumi.Input<string>;
  /** What its monitor asks for, and the status of a healthy one. */
  path: string;
  healthy: string;
  /** Which requests are its own; absent for all that is left. */
  condition?: string;
}

/**
 * The API behind a host of the zone, so that Cloudflare's limits hold for it too. Each edge function is a service of its
 * own: one that fails takes none of the others along.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Where the API answers, once it does. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:edge:LoadBalancer", name, {}, opts);
    const { accountId, zoneId } = args;
    const health = { path: "/auth/v1/health", healthy: "200" };
    const rest: Service = { name: "api", origin: args.primary, ...health };
    const special: Service[] = [
      ...(args.reads
        ? [
            {
              name: "reads",
              origin: args.reads,
              ...health,
              condition:
                'http.request.method in {"GET" "HEAD"} and starts_with(http.request.uri.path, "/rest/v1/")',
            },
          ]
        : []),
      ...args.functions.map((slug) => ({
        name: slug,
        origin: args.primary,
        // A function takes POST alone: to a GET a healthy one answers that it does not.
        path: `/functions/v1/${slug}`,
        healthy: "405",
        condition: `starts_with(http.request.uri.path, "/functions/v1/${slug}")`,
      })),
    ];

    const pool = (service: Service) => {
      const origin = pulumi.output(service.origin).apply((url) => new URL(url));
      const host = origin.hostname;
      const port = origin.apply(({ port, protocol }) =>
        port ? Number(port) : protocol === "https:" ? 443 : 80,
      );
      const header = { Host: [host], apikey: [args.publishableKey] };
      const monitor = new cloudflare.LoadBalancerMonitor(
        `${name}-monitor-${service.name}`,
        {
          accountId,
          description: `LavLay ${service.name}`,
          type: origin.protocol.apply((protocol) => protocol.slice(0, -1)),
          method: "GET",
          path: service.path,
          port,
          header,
          expectedCodes: service.healthy,
          interval: args.intervalSeconds,
          retries: 2,
          timeout: 5,
        },
        { parent: this },
      );
      return new cloudflare.LoadBalancerPool(
        `${name}-pool-${service.name}`,
        {
          accountId,
          name: `lavlay-${service.name}`,
          // Supabase tells projects apart by their host.
          origins: [{ name: service.name, address: host, port, enabled: true, header: { hosts: [host] } }],
          monitor: monitor.id,
        },
        { parent: this },
      );
    };

    const restPool = pool(rest);
    const rules = special.map((service, index) => ({
      name: service.name,
      condition: service.condition,
      priority: index,
      // A pool that is down is passed over: the API's own answers then.
      overrides: { defaultPools: [pool(service).id, restPool.id] },
    }));
    const balancer = new cloudflare.LoadBalancer(
      name,
      {
        zoneId,
        name: args.host,
        description: "LavLay's API",
        enabled: true,
        proxied: true,
        steeringPolicy: "off",
        defaultPools: [restPool.id],
        fallbackPool: restPool.id,
        rules,
      },
      { parent: this },
    );
    this.url = balancer.name.apply(() => args.url);
    this.registerOutputs({ url: this.url });
  }
}
