import type { LeftAlone } from "../existing.ts";

/** The only one that matches; where several do, nobody can tell which it is. */
export function theOnly<T extends { readonly id: string; readonly name?: string }>(
  matching: readonly T[],
  what: string,
): T | LeftAlone | undefined {
  if (matching.length < 2) return matching[0];
  const named = matching.map(({ id, name }) => (name ? `${id} (${name})` : id)).join(", ");
  return {
    leftAlone: `${matching.length} ${what} match, so none is taken over and one more is made: ${named}; to take one over, delete the others or make them differ`,
  };
}
