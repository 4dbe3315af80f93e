import type { Store } from "../../state/store.ts";
import { isExpected, probe } from "../http/probe.ts";
import { monitors, pools, type Monitor, type Origin } from "./records.ts";

/** Which origins answer their monitors. One that was never checked counts as healthy. */
export class OriginHealth {
  readonly #store: Store;
  readonly #failing = new Set<string>();
  /** When a pool was checked last, milliseconds since 1970. */
  readonly #checked = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  isHealthy(poolId: string, origin: Origin): boolean {
    return !this.#failing.has(`${poolId}/${origin.name}`);
  }

  /** Checks the origins of the pools that are due by their monitors' intervals. */
  async check(now: number): Promise<void> {
    const byId = new Map(monitors(this.#store).map((monitor) => [monitor.id, monitor]));
    const due = pools(this.#store).flatMap((pool) => {
      const monitor = byId.get(pool.monitor ?? "");
      const last = this.#checked.get(pool.id) ?? -Infinity;
      return monitor && now - last >= (monitor.interval ?? 60) * 1000 ? [{ pool, monitor }] : [];
    });
    await Promise.all(
      due.flatMap(({ pool, monitor }) => {
        this.#checked.set(pool.id, now);
        return pool.origins.map(async (origin) => {
          const key = `${pool.id}/${origin.name}`;
          if (await answers(origin, monitor)) this.#failing.delete(key);
          else this.#failing.add(key);
        });
      }),
    );
  }
}

async function answers(origin: Origin, monitor: Monitor): Promise<boolean> {
  for (let attempt = 0; attempt <= (monitor.retries ?? 2); attempt++) {
    const probed = await probe({
      host: origin.address,
      port: monitor.port ?? origin.port,
      method: monitor.method,
      path: monitor.path,
      headers: Object.fromEntries(
        Object.entries(monitor.header ?? {}).map(([name, [value = ""]]) => [name, value]),
      ),
      timeout: monitor.timeout ?? 5,
    });
    if ("status" in probed && isExpected(probed.status, monitor.expectedCodes ?? "200")) return true;
  }
  return false;
}
