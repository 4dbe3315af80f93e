import type { Project } from "../../state/model.ts";
import { VendorError, type Context } from "../behaviour.ts";

/** Supabase's Management API refuses. */
export function supabaseError(status: number, message: string): VendorError {
  return new VendorError(`Supabase: ${message} (status ${status})`);
}

/** The project of that ref, which must exist. */
export function existingProject({ store }: Context, ref: unknown): Project {
  const project = store.collection("projects").get(String(ref));
  if (!project) throw supabaseError(404, `Project ${String(ref)} not found.`);
  return project;
}
