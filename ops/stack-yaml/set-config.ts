import { isDeepStrictEqual } from "node:util";
import { isAlias, isCollection, isMap, isScalar, isSeq, parse, type Pair, type YAMLMap } from "yaml";
import { removal } from "./removal.ts";
import { flowText, keyText, type ConfigValue } from "./render.ts";
import { sourceOf, type Entry, type Splice, type Source } from "./source.ts";

/**
 * Sets one key of a stack's configuration in the text of its YAML. Only the lines of that key change: comments, order, quotes,
 * indentation and line ends stay as they are, everywhere else byte for byte.
 * @param text of `Pulumi.<stack>.yaml`
 * @param path below `config:`, such as `["lavlay:supabase", "plan"]`; keys alone, no places in lists
 * @param value undefined takes the key out, and with it a group that it leaves empty
 * @throws RefusedError, with the line, where it cannot be done surely: broken YAML, a key that stands twice, an alias, anchor
 * or tag in the way, an encrypted value
 */
export function setConfig(text: string, path: readonly string[], value: ConfigValue | undefined): string {
  const source = sourceOf(text, path);
  const splice = spliceFor(source, ["config", ...path], value);
  if (!splice) return text;
  const edited = text.slice(0, splice.start) + splice.text + text.slice(splice.end);
  if (!isDeepStrictEqual(parsed(edited), changed(parse(text), ["config", ...path], value))) {
    throw source.refuse(splice.start, "an edit of this line alone would change more than this key");
  }
  return edited;
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined; // Then the edit was wrong.
  }
}

/** What a value becomes when the key of that path is set, and nothing else. */
function changed(
  value: unknown,
  [key = "", ...rest]: readonly string[],
  to: ConfigValue | undefined,
): unknown {
  const group = (value ?? {}) as Record<string, unknown>;
  const inner = rest.length === 0 ? to : changed(group[key], rest, to);
  const { [key]: _, ...others } = group;
  if (inner !== undefined) return { ...group, [key]: inner };
  return Object.keys(others).length === 0 && key !== "config" ? undefined : others;
}

/** The one piece of text to be put in place of another; undefined where the key is as it should be. */
function spliceFor(
  source: Source,
  path: readonly string[],
  value: ConfigValue | undefined,
): Splice | undefined {
  const entries: Entry[] = [];
  let map = source.root;
  for (const [depth, key] of path.entries()) {
    source.checkGroup(map);
    const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
    const rest = path.slice(depth);
    if (!pair) return value === undefined ? undefined : insertion(source, map, rest, value);
    const entry = { map, pair };
    entries.push(entry);
    if (rest.length === 1) {
      return value === undefined ? removal(source, entries) : replacement(source, entry, value);
    }
    if (isMap(pair.value)) {
      map = pair.value as YAMLMap;
    } else if (isEmpty(pair)) {
      return value === undefined ? undefined : firstBelow(source, entry, rest.slice(1), value);
    } else {
      throw source.refuse(source.startOf(pair), `${key} is not a group of keys: write it as one first`);
    }
  }
  return undefined;
}

/** A value of nothing at all, as in `key:`. */
const isEmpty = ({ value }: Pair) => isScalar(value) && value.range?.[0] === value.range?.[1];

function replacement(source: Source, { map, pair }: Entry, value: ConfigValue): Splice | undefined {
  const { value: node } = pair;
  const at = source.startOf(pair);
  if (isEmpty(pair)) return { ...source.afterColon(pair), text: ` ${flowText(value)}` };
  if (node === null || isAlias(node) || !(isScalar(node) || isCollection(node)) || !node.range) {
    throw source.refuse(at, "its value is an alias, which stands for a value elsewhere");
  }
  if (isDeepStrictEqual(node.toJS(source.document), value)) return undefined;
  source.checkPlain(node, at);
  const [start, end] = node.range;
  if (isScalar(node)) {
    if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") {
      throw source.refuse(at, "its value is a text of several lines");
    }
    return { start, end, text: flowText(value, node.type) };
  }
  if (!node.flow && !map.flow) return overLines(source, pair, value);
  source.checkUncommented(start, end);
  return { start, end, text: flowText(value) };
}

/** In place of a list or group of several lines; of a list that stays one, only the items. */
function overLines(source: Source, pair: Pair, value: ConfigValue): Splice {
  const { value: node } = pair;
  const first = source.startOf(node);
  const start = source.lineStart(first);
  const end = source.lineEnd(source.lastOf(pair));
  source.checkUncommented(start, end);
  if (isSeq(node) && Array.isArray(value) && value.length > 0) {
    const indent = source.text.slice(start, first);
    return { start, end, text: value.map((item) => `${indent}- ${flowText(item)}`).join(source.eol) };
  }
  // What stands behind the colon, a comment, stays there.
  const colon = source.afterColon(pair).start;
  const behind = source.text.slice(colon, source.lineEnd(colon));
  return { start: colon, end, text: ` ${flowText(value)}${behind}` };
}

/** A key, and the groups it stands in, at the end of a group. */
function insertion(source: Source, map: YAMLMap, path: readonly string[], value: ConfigValue): Splice {
  const last = map.items.at(-1);
  if (map.flow) {
    const text = flowEntry(path, value);
    if (last) return { ...source.emptyAt(source.lastOf(last) + 1), text: `, ${text}` };
    const [start = 0, end = 0] = map.range ?? [];
    return { start, end, text: `{ ${text} }` };
  }
  if (!last) throw source.refuse(0, "the group is empty");
  const first = source.startOf(map.items[0]);
  return linesAfter(source, source.lastOf(last), source.indentAt(first), path, value);
}

/** The first key of a group that has none yet, as in `key:`. */
function firstBelow(
  source: Source,
  { map, pair }: Entry,
  path: readonly string[],
  value: ConfigValue,
): Splice {
  const colon = source.afterColon(pair);
  if (map.flow) return { ...colon, text: ` { ${flowEntry(path, value)} }` };
  return linesAfter(source, colon.start, source.indentAt(source.startOf(pair)) + source.step, path, value);
}

function flowEntry([key = "", ...rest]: readonly string[], value: ConfigValue): string {
  return `${keyText(key)}: ${rest.length === 0 ? flowText(value) : `{ ${flowEntry(rest, value)} }`}`;
}

function linesAfter(
  source: Source,
  offset: number,
  indent: string,
  path: readonly string[],
  value: ConfigValue,
): Splice {
  const lines = path.map((key, depth) => {
    const own = depth === path.length - 1 ? ` ${flowText(value)}` : "";
    return `${indent}${source.step.repeat(depth)}${keyText(key)}:${own}`;
  });
  const text = lines.map((line) => source.eol + line).join("");
  return { ...source.emptyAt(source.lineEnd(offset)), text };
}
