import { VendorError, type Context } from "../behaviour.ts";

/** Vercel's API refuses: its code and its words. */
export function vercelError(code: string, message: string): VendorError {
  return new VendorError(`Vercel: ${code} - ${message}`);
}

/** The id of a project that must exist. */
export function existingProject({ store }: Context, projectId: unknown): string {
  const id = String(projectId);
  if (!store.collection("webProjects").get(id)) throw vercelError("not_found", `Project ${id} not found.`);
  return id;
}
