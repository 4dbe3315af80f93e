import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { hasUnknown, unknown } from "../../../catalog/unknown.ts";
import { writeAtomically } from "../../state/store.ts";
import { isOwn, VendorError, type Behaviour, type Context } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { existingProject, supabaseError } from "./errors.ts";

/** A deployed function. The files are read at each preview: what has changed in them is deployed again. */
export const edgeFunction: Behaviour = {
  token: "supabase:index/edgeFunction:EdgeFunction",
  notImitated: [
    "bundling: the entrypoint must be one self-contained file, as this package makes it",
    "importMap and staticFiles: refused",
  ],
  changing: ["checksum", "updatedAt", "version"],
  problems({ hooks }, { entrypoint, importMap, staticFiles }) {
    const problems = [];
    const reason = typeof entrypoint === "string" ? unreadable(resolve(hooks.projectRoot, entrypoint)) : "";
    if (reason) {
      problems.push({
        key: "entrypoint",
        value: String(entrypoint),
        limit: `the file must be readable (${reason})`,
        fix: "Name the file that serves the function's requests, relative to the program",
      });
    }
    for (const [key, value] of Object.entries({ importMap, staticFiles })) {
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      problems.push({
        key,
        value: "given",
        limit: "the local target runs one self-contained file",
        fix: "Bundle the function into its entrypoint",
      });
    }
    return problems;
  },
  planned(context, inputs) {
    if (hasUnknown(inputs["entrypoint"])) return { localChecksum: unknown };
    return { localChecksum: sha256(bundleOf(context, inputs)) };
  },
  apply(context, request) {
    const { inputs, urn } = request;
    const { ref } = existingProject(context, inputs["projectRef"]);
    const functions = context.store.collection("edgeFunctions");
    const slug = String(inputs["slug"]);
    const key = `${ref}/${slug}`;
    const found = functions.get(key);
    // The API deploys over a function that was made by hand; two resources for one function would undo each other.
    if (found && found.urn !== "" && !isOwn(found, request))
      throw supabaseError(409, `the function ${slug} exists already.`);

    const bundle = bundleOf(context, inputs);
    const checksum = sha256(bundle);
    const directory = join(context.hooks.functionsDirectory, slug);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeAtomically(join(directory, `${checksum}.js`), bundle);
    const now = Date.now();
    const record = {
      urn,
      projectRef: ref,
      slug,
      name: String(inputs["name"] ?? slug),
      checksum,
      // A deployment turns the platform's check on, as the real one does.
      verifyJwt: found?.checksum === checksum ? found.verifyJwt : true,
      version: (found?.version ?? 0) + 1,
      createdAt: found?.createdAt ?? now,
      updatedAt: now,
    };
    functions.put(key, record);
    const { name, version, createdAt, updatedAt } = record;
    return {
      id: key,
      outputs: { checksum, localChecksum: checksum, name, version, createdAt, updatedAt, status: "ACTIVE" },
    };
  },
  observe({ store }, id, state) {
    const record = store.collection("edgeFunctions").get(id);
    if (!record) return undefined;
    const { name, checksum, version, createdAt, updatedAt } = record;
    return { ...state, name, checksum, version, createdAt, updatedAt };
  },
  imported({ store }, id) {
    const [projectRef = "", slug = "", ...rest] = id.split("/");
    if (projectRef === "" || slug === "" || rest.length > 0)
      throw new VendorError(`Invalid Import ID: Expected import ID in format 'project_ref/slug', got: ${id}`);
    const record = store.collection("edgeFunctions").get(id);
    if (!record) return undefined;
    const { urn: _urn, verifyJwt: _verifyJwt, ...properties } = record;
    // Where its source lies is not told: the first update deploys what is declared.
    return { id, outputs: { ...properties, status: "ACTIVE" } };
  },
  remove({ store, hooks }, id, state) {
    store.collection("edgeFunctions").delete(id);
    rmSync(join(hooks.functionsDirectory, String(state["slug"])), { recursive: true, force: true });
  },
};

function bundleOf({ hooks }: Context, inputs: Values): string {
  return readFileSync(resolve(hooks.projectRoot, String(inputs["entrypoint"])), "utf8");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function unreadable(file: string): string | undefined {
  try {
    readFileSync(file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
