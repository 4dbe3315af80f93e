import { randomUUID } from "node:crypto";
import type { HealthState } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { isExpected, probe } from "../http/probe.ts";
import type { Notifications } from "../notifications/notifications.ts";

/** As `cloudflare.Healthcheck` declares it, as far as it is executed. */
interface HealthCheck {
  readonly id: string;
  readonly zoneId: string;
  readonly name: string;
  readonly address: string;
  readonly type?: string;
  readonly suspended?: boolean;
  /** Seconds. */
  readonly interval?: number;
  /** Seconds. */
  readonly timeout?: number;
  /** Further attempts within one check, at once. */
  readonly retries?: number;
  /** Checks in a row that must fail until the host is unhealthy. */
  readonly consecutiveFails?: number;
  /** Checks in a row that must succeed until it is healthy again. */
  readonly consecutiveSuccesses?: number;
  readonly httpConfig?: {
    readonly method?: string;
    readonly path?: string;
    readonly port?: number;
    readonly expectedCodes?: readonly string[];
    readonly header?: Readonly<Record<string, readonly string[]>>;
  };
}

export interface HealthChecksOptions {
  store: Store;
  notifications: Notifications;
}

const token = "cloudflare:index/healthcheck:Healthcheck";
/** Cloudflare's words for why a check failed. */
const reasons = { timeout: "HTTP timeout occurred", "no connection": "TCP connection failed" } as const;

/** Checks the declared hosts, remembers how they are, and tells when that changes. */
export class HealthChecks {
  readonly #store: Store;
  readonly #notifications: Notifications;
  /** When a check was made last, milliseconds since 1970. */
  readonly #checked = new Map<string, number>();
  /** What a check has found of late, and how many times in a row. */
  readonly #found = new Map<string, { status: HealthState["status"]; times: number }>();

  constructor({ store, notifications }: HealthChecksOptions) {
    this.#store = store;
    this.#notifications = notifications;
  }

  /** Makes the checks that are due by their intervals; resolves when whoever wants to know was told. */
  async check(now: number): Promise<void> {
    const due = this.#declared().filter(
      ({ id, interval = 60, suspended }) =>
        !suspended && now - (this.#checked.get(id) ?? -Infinity) >= interval * 1000,
    );
    await Promise.all(
      due.map(async (check) => {
        this.#checked.set(check.id, now);
        await this.#take(check, await failureOf(check), now);
      }),
    );
  }

  #declared(): HealthCheck[] {
    return this.#store
      .collection("recorded")
      .list()
      .filter(({ type }) => type === token)
      .map(({ id, properties }) => ({ ...properties, id }) as unknown as HealthCheck)
      .filter(({ type = "HTTP" }) => type === "HTTP");
  }

  async #take(check: HealthCheck, failure: string | undefined, now: number): Promise<void> {
    const states = this.#store.collection("healthChecks");
    const before = states.get(check.id);
    const status = failure === undefined ? "healthy" : "unhealthy";
    const found = this.#found.get(check.id);
    const times = found?.status === status ? found.times + 1 : 1;
    this.#found.set(check.id, { status, times });
    const needed = failure === undefined ? check.consecutiveSuccesses : check.consecutiveFails;
    if (before?.status === status || times < (needed ?? 1)) return;
    const outage = (status === "healthy" && before?.outage) || randomUUID();
    const after = { id: check.id, status, failureReason: failure ?? "", outage, since: now } as const;
    states.put(check.id, after);
    // That a new host is well is no news.
    if (before || failure !== undefined) await this.#tell(check, before, after);
  }

  async #tell(check: HealthCheck, before: HealthState | undefined, after: HealthState): Promise<void> {
    const { status, failureReason, outage, since } = after;
    const { cloudflare } = this.#store.collection("accounts").get("accounts") ?? {};
    const zone = cloudflare?.zones.find(({ id }) => id === check.zoneId);
    const word = status === "healthy" ? "Healthy" : "Unhealthy";
    await this.#notifications.send({
      type: "health_check_status_notification",
      text: `${check.name} (${check.address}) is ${status}${failureReason && `: ${failureReason}`}.`,
      event: status === "healthy" ? "end" : "start",
      correlationId: outage,
      filters: { healthCheckIds: check.id, statuses: word },
      data: {
        account_tag: cloudflare?.accountId,
        health_check_id: check.id,
        health_check_name: check.name,
        new_health_status: word,
        new_status: status,
        old_status: before?.status ?? "unknown",
        origin_ip: "127.0.0.1",
        reason: failureReason,
        status_change_time: new Date(since).toISOString(),
        zone_name: zone?.name,
        zone_tag: check.zoneId,
      },
    });
  }
}

/** Why the host is not well, in Cloudflare's words; undefined when it is. */
async function failureOf(check: HealthCheck): Promise<string | undefined> {
  const { method, path, port = 80, expectedCodes = ["200"], header = {} } = check.httpConfig ?? {};
  let reason: string | undefined;
  for (let attempt = 0; attempt <= (check.retries ?? 2); attempt++) {
    const probed = await probe({
      // All of the stack's hosts are here, and whoever is asked for goes by the name.
      host: "127.0.0.1",
      port,
      method,
      path,
      headers: {
        host: `${check.address}:${port}`,
        ...Object.fromEntries(Object.entries(header).map(([name, [value = ""]]) => [name, value])),
      },
      timeout: check.timeout ?? 5,
    });
    if ("failure" in probed) reason = reasons[probed.failure];
    else if (isExpected(probed.status, expectedCodes.join())) return undefined;
    else reason = `Response code mismatch error: ${probed.status}`;
  }
  return reason;
}
