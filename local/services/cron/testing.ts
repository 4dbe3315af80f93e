import { CronScheduler } from "./cron.ts";
import { NetWorker } from "./net.ts";

/** The time of a database's schedule, which goes by when it is told to. For tests. */
export interface TestClock {
  /** pg_net, which asks when this clock goes on or when it is told to. */
  readonly net: NetWorker;
  /** Lets so many minutes go by at once, and whatever is due then run to its end, with the requests it makes. */
  pass(minutes: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param url of the superuser
 * @param begin when it is at first
 */
export function startTestClock(url: string, begin = "2026-01-31T12:00:30Z"): TestClock {
  let time = Date.parse(begin);
  const cron = new CronScheduler({ url, log: () => {}, now: () => time });
  const net = new NetWorker({ url, log: () => {} });
  return {
    net,
    async pass(minutes) {
      time += minutes * 60_000;
      await cron.tick();
      await cron.idle();
      await net.tick();
      await net.idle();
    },
    async close() {
      await cron.close();
      await net.close();
    },
  };
}
