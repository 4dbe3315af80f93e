import { ask } from "./ask.ts";
import type { Measurement } from "./metric.ts";
import { summarize, takeSeries, type Probe } from "./series.ts";
import { pauseMs, type Site } from "./site.ts";

/** Of each route, beside the first, which opens the connection and starts what sleeps. */
const REQUESTS = 20;

/** Real requests to Auth, the data API and every edge function, as a visitor who has not signed in may send them. */
export async function measureApi(site: Site): Promise<Measurement> {
  const pause = site.settings.loadBalancer ? pauseMs(site.settings) : 0;
  const series = [];
  for (const probe of routes(site)) {
    const { name, answers, failures } = await takeSeries(probe, REQUESTS + 1, pause);
    series.push({ name, answers: answers.slice(1), failures });
  }
  return summarize(series);
}

/** The first page of everybody's posts, as the app asks for it. */
export const askForFeed = ({ api, publishableKey }: Pick<Site, "api" | "publishableKey">) =>
  ask(`${api}/rest/v1/rpc/feed_page`, {
    method: "POST",
    headers: { apikey: publishableKey, "content-type": "application/json" },
    body: "{}",
  });

function routes(site: Site): Probe[] {
  const { api, app, publishableKey, functions } = site;
  const isOk = (status: number) => status === 200;
  return [
    { name: "/rest/v1/rpc/feed_page", send: () => askForFeed(site), expects: isOk },
    {
      name: "/auth/v1/health",
      send: () => ask(`${api}/auth/v1/health`, { headers: { apikey: publishableKey } }),
      expects: isOk,
    },
    ...functions.map((slug) => ({
      name: `/functions/v1/${slug}`,
      // A preflight goes through the whole function and changes nothing. Those for no browser refuse it, as they should.
      send: () =>
        ask(`${api}/functions/v1/${slug}`, {
          method: "OPTIONS",
          headers: { origin: app, "access-control-request-method": "POST" },
        }),
      expects: (status: number) => status < 500,
    })),
  ];
}
