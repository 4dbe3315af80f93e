import { VendorError } from "./behaviour.ts";

/**
 * The parts of an import id of that form, such as `<zone_id>/<setting_id>`.
 * @throws VendorError in the words of Cloudflare's provider
 */
export function cloudflareImport(form: string, id: string): string[] {
  const parts = id.split("/").map(decodeURIComponent);
  if (parts.length === form.split("/").length && parts.every((part) => part !== "")) return parts;
  throw new VendorError(
    `invalid ID: expected urlencoded segments ${JSON.stringify(form)}, got ${JSON.stringify(id)}`,
  );
}

/**
 * The parts of one of Vercel's import ids, without the team that may stand before them.
 * @param names such as `project_id/domain`
 * @throws VendorError in the words of Vercel's provider
 */
export function vercelImport(what: string, names: string, id: string): string[] {
  const parts = id.split("/");
  const wanted = names.split("/").length;
  const own = parts.length === wanted + 1 && parts[0]?.startsWith("team_") ? parts.slice(1) : parts;
  if (own.length === wanted && own.every((part) => part !== "")) return own;
  throw new VendorError(
    `Error importing ${what}: Invalid id '${id}' specified. should be in format "team_id/${names}" or "${names}"`,
  );
}
