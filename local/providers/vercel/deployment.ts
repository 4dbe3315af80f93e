import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { leftOver, type Behaviour, type Context } from "../behaviour.ts";
import { cloudflareId, vercelId } from "../ids.ts";
import type { Values } from "../marshal.ts";
import { existingProject, vercelError } from "./errors.ts";
import { sha1, sitePath } from "./files.ts";

/** Files served as a site. */
export const deployment: Behaviour = {
  token: "vercel:index/deployment:Deployment",
  notImitated: [
    "builds: the files are served as they are, so give them built",
    "ref (deployments from git): refused",
    "deployments staying after destroy where deleteOnDestroy is not set: here they go",
    "environment, projectSettings and meta: stored and not acted on",
  ],
  problems(_context, inputs) {
    if (inputs["ref"] === undefined) return [];
    return [
      {
        key: "ref",
        value: String(inputs["ref"]),
        limit: "the local target has no git repository to build from",
        fix: "Give files, as vercel.getProjectDirectory lists them",
      },
    ];
  },
  apply(context, request) {
    const { inputs, urn, state } = request;
    const projectId = existingProject(context, inputs["projectId"]);
    const { store } = context;
    const deployments = store.collection("deployments");
    const found = request.id ? deployments.get(request.id) : leftOver(deployments.list(), request);
    // Nothing of a deployment changes but what happens at its end.
    if (request.id && found) return { id: request.id, outputs: outputsOf(state) };

    const name = store.collection("webProjects").get(projectId)?.name ?? projectId;
    const record = {
      urn,
      id: found?.id ?? vercelId("dpl"),
      projectId,
      production: inputs["production"] === true,
      url: found?.url ?? `${name}-${cloudflareId().slice(0, 9)}.localhost`,
      files: upload(context, inputs),
      createdAt: found?.createdAt ?? Date.now(),
    };
    deployments.put(record.id, record);
    const domains = store
      .collection("webDomains")
      .list()
      .filter((domain) => record.production && domain.projectId === projectId)
      .map(({ domain }) => domain);
    return {
      id: record.id,
      outputs: {
        domains: [...domains, record.url],
        meta: inputs["meta"] ?? {},
        production: record.production,
        teamId: inputs["teamId"] ?? "",
        url: record.url,
      },
    };
  },
  observe({ store }, id, state) {
    const record = store.collection("deployments").get(id);
    return record && { ...state, production: record.production, url: record.url };
  },
  remove(context, id) {
    const deployments = context.store.collection("deployments");
    const files = Object.values(deployments.get(id)?.files ?? {});
    deployments.delete(id);
    const used = new Set(deployments.list().flatMap((other) => Object.values(other.files)));
    for (const hash of files.filter((file) => !used.has(file))) {
      rmSync(join(context.hooks.hostingDirectory, hash), { force: true });
    }
  },
};

function outputsOf({ domains, meta, production, teamId, url }: Values): Values {
  return { domains, meta, production, teamId, url };
}

/** Copies what hosting does not have yet; answers with site path → SHA-1. */
function upload({ hooks }: Context, inputs: Values): Record<string, string> {
  mkdirSync(hooks.hostingDirectory, { recursive: true, mode: 0o700 });
  const prefix = inputs["pathPrefix"] as string | undefined;
  const files: Record<string, string> = {};
  for (const [path, described] of Object.entries(inputs["files"] as Record<string, string>)) {
    const hash = described.split("~")[1] ?? "";
    const target = join(hooks.hostingDirectory, hash);
    if (!/^[0-9a-f]{40}$/.test(hash) || !existsSync(target))
      copy(resolve(hooks.projectRoot, path), hash, target);
    files[sitePath(path, prefix)] = hash;
  }
  return files;
}

function copy(source: string, hash: string, target: string): void {
  let content: Uint8Array;
  try {
    content = readFileSync(source);
  } catch (error) {
    throw vercelError("file", `${source} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  if (sha1(content) !== hash) {
    throw vercelError(
      "file",
      `${source} has changed since it was listed: its SHA-1 is not ${hash || "given"}.`,
    );
  }
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, target);
}
