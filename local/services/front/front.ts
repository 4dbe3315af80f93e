import type { RequestListener } from "node:http";
import type { Store } from "../../state/store.ts";
import { balancerOf } from "../load-balancer/records.ts";
import { hostOf, type Hosting } from "../hosting/hosting.ts";

export interface FrontOptions {
  store: Store;
  /** Answers for the hosts of a zone. */
  edge: RequestListener;
  /** Answers for the hosts of the web app. */
  hosting: Hosting;
}

/** The one listener behind all of the stack's own hosts: what DNS does, by the name that the client asks for. */
export function createFront({ store, edge, hosting }: FrontOptions): RequestListener {
  const mediaDomains = store.collection("r2CustomDomains");
  const webDomains = store.collection("webDomains");
  return (request, response) => {
    const host = hostOf(request);
    if (mediaDomains.get(host)?.enabled || balancerOf(store, host)) return edge(request, response);
    if (hosting.serves(host)) return hosting.listener(request, response);
    const known = [...mediaDomains.list().filter(({ enabled }) => enabled), ...webDomains.list()].map(
      ({ domain }) => domain,
    );
    const hint = known.length > 0 ? `Hosts that do: ${known.join(", ")}` : "Nothing is deployed yet.";
    // As Cloudflare says that a name leads nowhere: a 404 could come from the host itself.
    response
      .writeHead(530, { "content-type": "text/plain; charset=utf-8" })
      .end(`No host ${host} here. ${hint}\n`);
  };
}
