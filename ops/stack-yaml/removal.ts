import type { Entry, Source, Splice } from "./source.ts";

/**
 * Takes a key out, and the groups that it leaves empty. A comment on its line goes with it; those on lines of their own stay.
 * @param entries the key's, and before it those of the groups it stands in
 */
export function removal(source: Source, entries: readonly Entry[]): Splice {
  // A group that would be empty goes as a whole; `config` itself, the outermost, stays.
  const from = entries.findIndex(
    (_, index) => index > 0 && entries.slice(index + 1).every(({ map }) => map.items.length === 1),
  );
  const { map, pair } = entries[from] as Entry;
  const at = source.startOf(pair);
  source.checkPlain(pair.value as never, at);
  return map.flow ? fromFlow(source, { map, pair }) : lines(source, { map, pair });
}

function lines(source: Source, { map, pair }: Entry): Splice {
  const at = source.startOf(pair);
  if (map.items.length === 1) throw source.refuse(at, "it is the only key of the configuration");
  source.indentAt(at);
  const start = source.lineStart(at);
  const end = source.lineEnd(source.lastOf(pair));
  const next = source.text.startsWith("\r\n", end) ? end + 2 : Math.min(end + 1, source.text.length);
  source.checkUncommented(source.lineEnd(at), end);
  // At the end of a file that ends without a line end, the one before goes.
  if (end === source.text.length && start > 0) {
    return { start: source.lineEnd(start - 1), end, text: "" };
  }
  return { start, end: next, text: "" };
}

function fromFlow(source: Source, { map, pair }: Entry): Splice {
  const index = map.items.indexOf(pair);
  const [before, after] = [map.items[index - 1], map.items[index + 1]];
  const at = source.startOf(pair);
  if (!before && !after) throw source.refuse(at, "it is the only key of the configuration");
  const start = before ? source.lastOf(before) + 1 : at;
  const end = before || !after ? source.lastOf(pair) + 1 : source.startOf(after);
  source.checkUncommented(start, end);
  return { start, end, text: "" };
}
