import type { Scanner } from "./scanner.ts";

/** `->key`, `->>key` or `->0`. */
export interface JsonStep {
  readonly asText: boolean;
  readonly key: string | number;
}

/** A column and what is taken out of its JSON. */
export interface Field {
  readonly name: string;
  readonly path: readonly JsonStep[];
}

const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** Letters, digits, `_`, `$`, spaces; dashes inside, but not the one of an arrow. */
const PLAIN = /[\p{L}\p{N}_$ ]+(?:-(?!>)[\p{L}\p{N}_$ ]+)*/uy;
const JSON_KEY = /[^(\-:.,>)"]+(?:-(?!>)[^(\-:.,>)"]+)*/uy;
const JSON_INDEX = /-?\d+(?=->|::|\.|,|\)|$)/y;

/** `"anything"` with backslash escapes, or undefined. */
export function readQuoted(scanner: Scanner): string | undefined {
  return scanner.match(QUOTED)?.[1]?.replace(/\\(.)/gs, "$1");
}

/** The name of a column, table, constraint or alias. */
export function readName(scanner: Scanner): string | undefined {
  return readQuoted(scanner) ?? (scanner.match(PLAIN)?.[0].trim() || undefined);
}

export function expectName(scanner: Scanner): string {
  return readName(scanner) ?? scanner.fail("field name (* or [a..z0..9_$])");
}

/** A name and its JSON path. */
export function expectField(scanner: Scanner): Field {
  scanner.space();
  const name = expectName(scanner);
  const path: JsonStep[] = [];
  for (let arrow; (arrow = scanner.match(/->>?/y));)
    path.push({ asText: arrow[0] === "->>", key: readKey(scanner) });
  scanner.space();
  return { name, path };
}

function readKey(scanner: Scanner): string | number {
  const index = scanner.match(JSON_INDEX);
  if (index) return Number(index[0]);
  const key = readQuoted(scanner) ?? scanner.match(JSON_KEY)?.[0].trim();
  return key ?? scanner.fail("any non reserved character different from: .,>()");
}
