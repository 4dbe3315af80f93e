import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hono } from "hono";
import type { EdgeFunction } from "../../state/model.ts";
import { writeAtomically, type Store } from "../../state/store.ts";
import { answer, badRequest, body, notFound } from "./answers.ts";
import type { ManagementHooks } from "./project-routes.ts";

export function describeFunction(found: EdgeFunction) {
  return {
    id: `${found.projectRef}/${found.slug}`,
    slug: found.slug,
    name: found.name,
    status: "ACTIVE",
    version: found.version,
    created_at: found.createdAt,
    updated_at: found.updatedAt,
    verify_jwt: found.verifyJwt,
    ezbr_sha256: found.checksum,
  };
}

/** Edge functions: told, and their platform's check of tokens turned on and off. */
export function addFunctionRoutes(app: Hono, store: Store): void {
  const functions = store.collection("edgeFunctions");

  app.get("/v1/projects/:ref/functions", (context) => {
    const { ref } = context.req.param();
    if (!store.collection("projects").get(ref)) return answer(notFound("Project"));
    const own = functions.list().filter(({ projectRef }) => projectRef === ref);
    return context.json(own.map(describeFunction));
  });

  app.get("/v1/projects/:ref/functions/:slug", (context) => {
    const { ref, slug } = context.req.param();
    const found = functions.get(`${ref}/${slug}`);
    return found ? context.json(describeFunction(found)) : answer(notFound("Function"));
  });

  app.patch("/v1/projects/:ref/functions/:slug", async (context) => {
    const { ref, slug } = context.req.param();
    const found = functions.get(`${ref}/${slug}`);
    if (!found) return answer(notFound("Function"));
    const change = await body(context.req.raw);
    const { verify_jwt: verifyJwt = found.verifyJwt, name = found.name } = change ?? {};
    if (typeof verifyJwt !== "boolean") return answer(badRequest("verify_jwt: must be a boolean"));
    if (typeof name !== "string" || name === "") return answer(badRequest("name: must be a string"));
    const changed = { ...found, verifyJwt, name, updatedAt: Date.now() };
    functions.put(`${ref}/${slug}`, changed);
    return context.json(describeFunction(changed));
  });

  app.delete("/v1/projects/:ref/functions/:slug", (context) => {
    const { ref, slug } = context.req.param();
    return functions.delete(`${ref}/${slug}`) ? context.json({}) : answer(notFound("Function"));
  });
}

/** Deployments of one self-contained file each: a form with the file and its `metadata`. */
export function addDeployRoutes(
  app: Hono,
  store: Store,
  { functionsDirectory }: Pick<ManagementHooks, "functionsDirectory">,
): void {
  const functions = store.collection("edgeFunctions");

  app.post("/v1/projects/:ref/functions/deploy", async (context) => {
    const { ref } = context.req.param();
    const slug = context.req.query("slug") ?? "";
    if (!store.collection("projects").get(ref)) return answer(notFound("Project"));
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(slug))
      return answer(badRequest("slug: must be letters, digits, hyphens and underscores"));
    const form = await context.req.formData().catch(() => undefined);
    const file = form?.get("file");
    const metadata = parseMetadata(form?.get("metadata"));
    if (!(file instanceof File) || !metadata)
      return answer(badRequest("a form with a file and its metadata is expected"));
    const bundle = await file.text();
    const checksum = createHash("sha256").update(bundle).digest("hex");
    const directory = join(functionsDirectory, slug);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeAtomically(join(directory, `${checksum}.js`), bundle);
    const found = functions.get(`${ref}/${slug}`);
    const record: EdgeFunction = {
      urn: found?.urn ?? "",
      projectRef: ref,
      slug,
      name: metadata.name ?? slug,
      checksum,
      verifyJwt: metadata.verify_jwt ?? true,
      version: (found?.version ?? 0) + 1,
      createdAt: found?.createdAt ?? Date.now(),
      updatedAt: Date.now(),
    };
    functions.put(`${ref}/${slug}`, record);
    return context.json(describeFunction(record), 201);
  });

  app.get("/v1/projects/:ref/functions/:slug/body", (context) => {
    const { ref, slug } = context.req.param();
    const found = functions.get(`${ref}/${slug}`);
    if (!found) return answer(notFound("Function"));
    return context.text(readFileSync(join(functionsDirectory, slug, `${found.checksum}.js`), "utf8"));
  });
}

function parseMetadata(text: unknown): { name?: string; verify_jwt?: boolean } | undefined {
  try {
    return JSON.parse(String(text)) as object;
  } catch {
    return undefined;
  }
}
