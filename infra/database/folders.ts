import { tiers } from "../settings/tiers.ts";

/** The folders of `sql/` that some tier has, but not those: what a stack with those has left, if it ever had it. */
export function foldersWithout(folders: readonly string[]): string[] {
  const every = new Set(Object.values(tiers).flatMap(({ sql }) => sql));
  return [...every].filter((folder) => !folders.includes(folder));
}
