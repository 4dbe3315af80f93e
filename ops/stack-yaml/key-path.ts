import { RefusedError } from "../../catalog/problem.ts";

/**
 * A key as refusals and `pulumi config set --path` write it, as its path: `lavlay:supabase.plan` → `["lavlay:supabase", "plan"]`.
 * @throws RefusedError for what is no key of this package, or a place in a list
 */
export function keyPath(key: string): string[] {
  const path = key.split(".");
  if (/^lavlay:\w+$/.test(path[0] ?? "") && path.slice(1).every((name) => /^\w+$/.test(name))) return path;
  const list = /\[\d+\]/.test(key);
  throw new RefusedError("--set", [
    {
      key: "--set",
      value: key,
      limit: list ? "it names a place in a list" : "it is not a key such as lavlay:supabase.plan",
      fix: list
        ? `Set the whole list: --set '${key.split("[", 1)[0]}=[…]'.`
        : "See infra/settings/stack.schema.json for the keys.",
    },
  ]);
}
