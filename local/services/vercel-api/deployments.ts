import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hono } from "hono";
import { cloudflareId, vercelId } from "../../providers/ids.ts";
import type { Deployment } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { body } from "../http/body.ts";
import { projectOf } from "./projects.ts";
import { refusal } from "./refusal.ts";

const sha1 = (content: Uint8Array) => createHash("sha1").update(content).digest("hex");

/** Deployments of built files: the files first, each by its SHA-1, then their list. */
export function addDeploymentRoutes(app: Hono, store: Store, directory: string): void {
  const deployments = store.collection("deployments");
  const describe = ({ id, projectId, url, production, createdAt }: Deployment) => ({
    id,
    uid: id,
    projectId,
    url,
    readyState: "READY",
    target: production ? "production" : null,
    created: createdAt,
  });

  app.post("/:version/files", async (context) => {
    const content = new Uint8Array(await context.req.arrayBuffer());
    const digest = context.req.header("x-vercel-digest");
    if (digest !== sha1(content))
      return refusal(400, "bad_request", "x-vercel-digest: must be the SHA-1 of the body");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, digest), content, { mode: 0o600 });
    return context.json({ urls: [] });
  });

  app.post("/:version/deployments", async (context) => {
    const { project: asked, name, target, files } = await body(context.req.raw);
    const project = projectOf(store, String(asked ?? name));
    if (!project) return refusal(404, "not_found", "Project not found");
    if (!Array.isArray(files) || !files.every(isFile))
      return refusal(400, "bad_request", "files: must be a list of {file, sha}");
    const missing = files.filter(
      ({ sha }) => !/^[0-9a-f]{40}$/.test(sha) || !existsSync(join(directory, sha)),
    );
    if (missing.length > 0)
      return refusal(400, "missing_files", `Missing files: ${missing.map(({ file }) => file).join(", ")}`);
    const record: Deployment = {
      urn: "",
      id: vercelId("dpl"),
      projectId: project.id,
      production: target === "production",
      url: `${project.name}-${cloudflareId().slice(0, 9)}.localhost`,
      files: Object.fromEntries(files.map(({ file, sha }) => [file, sha])),
      createdAt: Date.now(),
    };
    deployments.put(record.id, record);
    return context.json(describe(record));
  });

  app.get("/:version/deployments", (context) => {
    const { projectId, target } = context.req.query();
    const found = deployments
      .list()
      .filter((each) => projectId === undefined || each.projectId === projectId)
      .filter((each) => target !== "production" || each.production)
      .sort((left, right) => right.createdAt - left.createdAt);
    return context.json({
      deployments: found.map(describe),
      pagination: { count: found.length, next: null, prev: null },
    });
  });
}

function isFile(value: unknown): value is { file: string; sha: string } {
  const { file, sha } = (value ?? {}) as Record<string, unknown>;
  return typeof file === "string" && typeof sha === "string";
}
