import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { getMimeType } from "hono/utils/mime";
import type { Deployment } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { parseSiteConfig, plainSite, type SiteConfig } from "./site-config.ts";

/** What Vercel's hosting does and the local one does not. */
export const notImitated: readonly string[] = [
  "Vercel: its edge network and cache, preview deployments, redirects, clean URLs, functions, image optimisation",
  "Vercel: keys of vercel.json other than rewrites and headers, and conditions on them: refused by name",
  "Vercel: builds; the package deploys what it has built",
];

export interface Hosting {
  /** Whether a project or a deployment answers at that host. */
  serves(host: string): boolean;
  /** Answers a request by the production deployment of the host's project. */
  readonly listener: RequestListener;
}

/** Serves the deployed files: by domain the newest production deployment, by a deployment's own host that deployment. */
export function createHosting({ store, directory }: { store: Store; directory: string }): Hosting {
  const configs = new Map<string, SiteConfig>();
  const compressed = new Map<string, Buffer>();

  const deploymentOf = (host: string): Deployment | undefined => {
    const deployments = store.collection("deployments").list();
    const projectId = store.collection("webDomains").get(host)?.projectId;
    if (projectId === undefined) return deployments.find(({ url }) => url === host);
    return deployments
      .filter((deployment) => deployment.projectId === projectId && deployment.production)
      .sort((left, right) => right.createdAt - left.createdAt)[0];
  };
  const content = (sha: string) => readFileSync(join(directory, sha));
  const configOf = (deployment: Deployment): SiteConfig => {
    const sha = fileAt(deployment, "/vercel.json");
    if (!sha) return plainSite;
    const config = configs.get(sha) ?? parseSiteConfig(content(sha).toString());
    configs.set(sha, config);
    return config;
  };

  return {
    serves: (host) =>
      store.collection("webDomains").get(host) !== undefined || deploymentOf(host) !== undefined,
    listener: (request, response) => {
      const host = hostOf(request);
      const deployment = deploymentOf(host);
      if (!deployment) return refuse(response, 404, `DEPLOYMENT_NOT_FOUND: nothing is deployed at ${host}.`);
      if (request.method !== "GET" && request.method !== "HEAD")
        return refuse(response, 405, "METHOD_NOT_ALLOWED");
      const path = decodedPath(request.url ?? "/");
      if (path === undefined) return refuse(response, 400, "BAD_REQUEST: the path is not valid.");

      const config = configOf(deployment);
      const served = [path, path.replace(/\/?$/, "/index.html"), config.rewrite(path) ?? ""].find(
        (candidate) => fileAt(deployment, candidate),
      );
      const sha = served && fileAt(deployment, served);
      if (!sha || served === "/vercel.json")
        return refuse(response, 404, `NOT_FOUND: ${path} is not part of the deployment.`);

      const type = getMimeType(served) ?? "application/octet-stream";
      response.setHeaders(
        new Map(
          Object.entries({
            "content-type": type,
            "cache-control": "public, max-age=0, must-revalidate",
            etag: `"${sha}"`,
            "x-vercel-id": `local::${deployment.id}`,
            ...config.headers(path),
          }),
        ),
      );
      if (request.headers["if-none-match"]?.includes(`"${sha}"`)) return void response.writeHead(304).end();
      const body = encode(request, response, sha, type);
      response.setHeader("content-length", body.length);
      response.end(request.method === "HEAD" ? undefined : body);
    },
  };

  function encode(request: IncomingMessage, response: ServerResponse, sha: string, type: string): Buffer {
    if (!/^text\/|javascript|json|svg/.test(type)) return content(sha);
    response.setHeader("vary", "accept-encoding");
    if (!/\bbr\b/.test(String(request.headers["accept-encoding"] ?? ""))) return content(sha);
    const body =
      compressed.get(sha) ??
      brotliCompressSync(content(sha), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    compressed.set(sha, body);
    response.setHeader("content-encoding", "br");
    return body;
  }
}

/** The host of a request without its port, in lower case. */
export function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
}

function fileAt({ files }: Deployment, path: string): string | undefined {
  const name = path.replace(/^\/+/, "");
  return Object.hasOwn(files, name) ? files[name] : undefined;
}

function decodedPath(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, "http://host").pathname);
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}
