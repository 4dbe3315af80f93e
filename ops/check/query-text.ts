import { oneLine } from "./text.ts";

/** Comments, strings of each kind, quoted names and numbers, whichever begins first; one that is cut off runs to the end. */
const PARTS =
  /(?<comment>\/\*[\s\S]*?(?:\*\/|$)|--[^\n]*)|(?<tag>\$(?:[a-z_]\w*)?\$)[\s\S]*?(?:\k<tag>|$)|(?:\be)?'(?:[^'\\]|''|\\[\s\S])*(?:'|$)|(?<name>"(?:[^"]|"")*(?:"|$))|(?<![\w$.])\d[\d.]*\b/gi;

/**
 * A statement without the values in it. Postgres' statistics keep most values out of the text already, but not those of
 * utility statements and not what stands in comments.
 */
export function withoutValues(query: string): string {
  return query.replace(PARTS, (...match) => {
    const { comment, name } = match.at(-1) as Record<"comment" | "name", string | undefined>;
    return comment !== undefined ? " " : (name ?? "…");
  });
}

/** What a statement is known by: the tables and functions of the API that it names, else its beginning. */
export function sayQuery(query: string): string {
  // The data API quotes all names; one without a schema is its own, such as "pgrst_source".
  const names = [...query.matchAll(/"([^"]+)"\."([^"]+)"/g)]
    .filter(([, schema]) => !schema?.startsWith("pgrst_"))
    .map(([, schema, name]) => `${schema}.${name}`);
  const text = withoutValues(query);
  if (names.length === 0) return oneLine(text, 120);
  return `${oneLine([...new Set(names)].slice(0, 3).join(", "), 80)} (${oneLine(text, 60)})`;
}
