import { cloudflareId } from "../ids.ts";
import type { RecordedOptions } from "../recorded.ts";
import { accountProblems } from "./accounts.ts";

const now = () => new Date().toISOString();
const dated = () => ({ createdOn: now(), modifiedOn: now() });

/** Cloudflare's resources that the local target checks and remembers. */
export const cloudflareRecorded: readonly RecordedOptions[] = [
  {
    token: "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
    notImitated: ["the r2.dev address"],
    newId: cloudflareId,
    problems: accountProblems,
    outputs: (_inputs, id) => ({ bucketId: id, domain: `pub-${id}.r2.dev` }),
  },
  {
    token: "cloudflare:index/loadBalancer:LoadBalancer",
    importForm: "<zone_id>/<load_balancer_id>",
    executed: true,
    notImitated: ["steering policies other than `off`, session affinity, the TTL of DNS answers"],
    newId: cloudflareId,
    problems: accountProblems,
    outputs: (inputs) => ({
      ...dated(),
      adaptiveRouting: {},
      countryPools: {},
      description: "",
      locationStrategy: {},
      networks: [],
      popPools: {},
      randomSteering: {},
      regionPools: {},
      rules: [],
      sessionAffinityAttributes: {},
      sessionAffinityTtl: 82800,
      ttl: 30,
      zoneName: String(inputs["name"]).split(".").slice(-2).join("."),
    }),
  },
  {
    token: "cloudflare:index/loadBalancerPool:LoadBalancerPool",
    importForm: "<account_id>/<pool_id>",
    executed: true,
    notImitated: ["weights and steering between origins, load shedding, check regions, notifications"],
    newId: cloudflareId,
    problems: accountProblems,
    outputs: () => ({
      ...dated(),
      disabledAt: "",
      loadShedding: {},
      networks: [],
      notificationFilter: {},
      originSteering: {},
    }),
  },
  {
    token: "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor",
    importForm: "<account_id>/<monitor_id>",
    executed: true,
    notImitated: ["types other than HTTP, expected bodies, consecutive ups and downs, redirects"],
    newId: cloudflareId,
    problems: accountProblems,
    outputs: () => ({ ...dated(), method: "GET", path: "/" }),
  },
  {
    token: "cloudflare:index/healthcheck:Healthcheck",
    importForm: "<zone_id>/<healthcheck_id>",
    executed: true,
    notImitated: [
      "TCP and HTTPS, regions, expected bodies, redirects: hosts of this machine are asked over HTTP",
    ],
    newId: cloudflareId,
    problems: accountProblems,
    outputs: () => ({ ...dated(), failureReason: "", httpConfig: {}, status: "unknown", tcpConfig: {} }),
    live: (store, id) => {
      const state = store.collection("healthChecks").get(id);
      return state && { status: state.status, failureReason: state.failureReason };
    },
    forget: (store, id) => void store.collection("healthChecks").delete(id),
  },
  {
    token: "cloudflare:index/notificationPolicy:NotificationPolicy",
    importForm: "<account_id>/<policy_id>",
    executed: true,
    notImitated: ["alerts other than of health checks: nothing here causes them"],
    newId: cloudflareId,
    problems: accountProblems,
    outputs: () => ({ created: now(), modified: now() }),
  },
  {
    token: "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks",
    importForm: "<account_id>/<webhook_id>",
    executed: true,
    notImitated: ["the message with which a new one is tried; addresses beyond this machine"],
    newId: cloudflareId,
    problems: accountProblems,
    outputs: () => ({ createdAt: now(), lastFailure: "", lastSuccess: "", type: "generic" }),
  },
];
