import { request, type OutgoingHttpHeaders } from "node:http";

export interface Probe {
  readonly host: string;
  readonly port?: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Seconds. */
  readonly timeout: number;
}

/** The status of an answer, or why there is none. */
export type Probed = { readonly status: number } | { readonly failure: "timeout" | "no connection" };

/** Asks once, on a connection of its own. */
export function probe({ host, port, method = "GET", path = "/", headers, timeout }: Probe): Promise<Probed> {
  return new Promise((resolve) => {
    const probing = request(
      { host, port, method, path, headers, timeout: timeout * 1000, agent: false },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0 });
      },
    );
    probing.on("timeout", () => {
      resolve({ failure: "timeout" });
      probing.destroy();
    });
    probing.on("error", () => resolve({ failure: "no connection" }));
    probing.end();
  });
}

/** Whether a status is among `200`, `2xx`, or several of them with commas between. */
export function isExpected(status: number, codes: string): boolean {
  return codes
    .split(",")
    .some((code) => new RegExp(`^${code.trim().replaceAll("x", "\\d")}$`).test(String(status)));
}
