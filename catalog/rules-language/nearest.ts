import { closest } from "../closest.ts";

/** `: …; did you mean …?`: the known names, and the one that was probably meant. */
export function nearest(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return `: ${known.join(", ")}${meant === undefined ? "" : `; did you mean \`${meant}\`?`}`;
}
