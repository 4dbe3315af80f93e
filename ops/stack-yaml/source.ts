import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import { RefusedError } from "../../catalog/problem.ts";

/** A piece of text in place of what stands from `start` to before `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A key with its value, and the group it stands in. */
export interface Entry {
  readonly map: YAMLMap;
  readonly pair: Pair;
}

/** The text of a stack's YAML, with the places of what is in it. Offsets count UTF-16 code units. */
export interface Source {
  readonly text: string;
  readonly document: Document;
  readonly root: YAMLMap;
  /** How lines end in this file. */
  readonly eol: string;
  /** One level of indentation in this file. */
  readonly step: string;
  /** Where the line of that offset begins, and where it ends, before its line end. */
  lineStart(offset: number): number;
  lineEnd(offset: number): number;
  /** The spaces before what stands first on its line. */
  indentAt(offset: number): string;
  startOf(item: unknown): number;
  /** The last character of a key with its value, comments and line ends aside. */
  lastOf(pair: Pair): number;
  emptyAt(offset: number): Omit<Splice, "text">;
  afterColon(pair: Pair): Omit<Splice, "text">;
  /** @throws RefusedError where keys cannot be added to a group without touching more than it */
  checkGroup(map: YAMLMap): void;
  /** @throws RefusedError where a comment stands in that piece of text */
  checkUncommented(start: number, end: number): void;
  /** @throws RefusedError where a value is encrypted, or others hang on it */
  checkPlain(node: Node, offset: number): void;
  refuse(offset: number, limit: string): RefusedError;
}

/** @throws RefusedError where the text is not one YAML document of keys, with the line of each error */
export function sourceOf(text: string, path: readonly string[]): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { keepSourceTokens: true, lineCounter: lines, prettyErrors: false });
  const key = path.join(".");
  const refusal = (offset: number, limit: string) => problemAt(key, text, lines.linePos(offset).line, limit);
  if (document.errors.length > 0) {
    throw refused(
      document.errors.map(({ message, pos }) => refusal(pos[0], `the YAML is broken: ${message}`)),
    );
  }
  const root = document.contents;
  const refuse = (offset: number, limit: string) => refused([refusal(offset, limit)]);
  if (!isMap(root)) throw refuse(0, "there is no `config:` in it");

  const lineStart = (offset: number) => text.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = (offset: number) => {
    const end = /\r?\n/g;
    // Not between the two characters of a line end.
    end.lastIndex = text[offset] === "\n" && text[offset - 1] === "\r" ? offset - 1 : offset;
    return end.exec(text)?.index ?? text.length;
  };
  const startOf = (item: unknown): number =>
    isPair(item) ? startOf(item.key) : isNode(item) ? (item.range?.[0] ?? 0) : 0;
  const emptyAt = (offset: number) => ({ start: offset, end: offset });
  return {
    text,
    document,
    root: root as YAMLMap,
    eol: /\r?\n/.exec(text)?.[0] ?? "\n",
    step: stepOf(root as YAMLMap, (offset) => offset - lineStart(offset)),
    lineStart,
    lineEnd,
    indentAt: (offset) => {
      const indent = text.slice(lineStart(offset), offset);
      if (/[^ ]/.test(indent)) throw refuse(offset, "something stands before the key on its line");
      return indent;
    },
    startOf,
    lastOf,
    emptyAt,
    afterColon: (pair) => {
      const colon = colonOf(pair);
      if (colon === undefined) throw refuse(startOf(pair), "no colon stands behind the key");
      return emptyAt(colon + 1);
    },
    checkGroup: (map) => {
      const at = startOf(map);
      if (map.anchor !== undefined || map.tag !== undefined) {
        throw refuse(at, "the group has an anchor or a tag: other places may hang on it");
      }
      if (map.has("<<")) throw refuse(at, "the group takes in another by `<<`");
      if (map.has("secure")) throw refuse(at, encrypted);
    },
    checkUncommented: (start, end) => {
      let rest = text.slice(start, end);
      visit(document, {
        Scalar: (_, { range }) => {
          if (!range || range[0] < start || range[1] > end) return;
          const [from, to] = [range[0] - start, range[1] - start];
          rest = rest.slice(0, from) + " ".repeat(to - from) + rest.slice(to);
        },
      });
      if (rest.includes("#")) throw refuse(start, "comments in it would be lost");
    },
    checkPlain: (node, offset) => {
      visit(node, (_, inner) => {
        if (isPair(inner) && isScalar(inner.key) && inner.key.value === "secure")
          throw refuse(offset, encrypted);
        if (isAlias(inner)) throw refuse(offset, "there is an alias in it");
        if (isNode(inner) && !isAlias(inner) && (inner.anchor !== undefined || inner.tag !== undefined)) {
          throw refuse(offset, "there is an anchor or a tag in it: other places may hang on it");
        }
      });
    },
    refuse,
  };
}

const encrypted = "it is encrypted: only `pulumi config set --secret` changes it";

function refused(problems: readonly { key: string; value: string; limit: string; fix: string }[]) {
  return new RefusedError("The stack's YAML", problems);
}

function problemAt(key: string, text: string, line: number, limit: string) {
  const found = text.split(/\r?\n/)[line - 1]?.trim() ?? "";
  // A plain value that should be secret is not repeated here.
  const shown = /password|secret|token/i.test(found) ? "[hidden]" : found;
  return { key, value: `line ${line}: ${shown}`, limit, fix: "Change it by hand, then try again." };
}

/** How far the configuration's keys stand in. */
function stepOf(root: YAMLMap, column: (offset: number) => number): string {
  const config = root.items.find(({ key }) => isScalar(key) && key.value === "config");
  const map = config?.value;
  const first = isMap(map) && !map.flow ? map.items[0]?.key : undefined;
  const [start = 0] = isNode(first) ? (first.range ?? []) : [];
  return " ".repeat(column(start) || 2);
}

function lastOf(pair: Pair): number {
  const { key, value } = pair;
  if (isCollection(value) && !value.flow) {
    const last = value.items.at(-1);
    if (isPair(last)) return lastOf(last);
    if (isCollection(last)) return lastOf({ ...pair, value: last } as Pair);
    if (isNode(last) && last.range && last.range[1] > last.range[0]) return last.range[1] - 1;
  }
  if (isNode(value) && value.range && value.range[1] > value.range[0]) return value.range[1] - 1;
  return colonOf(pair) ?? (isNode(key) ? (key.range?.[1] ?? 1) - 1 : 0);
}

function colonOf({ srcToken }: Pair): number | undefined {
  const token = srcToken as { sep?: readonly { type: string; offset: number }[] } | undefined;
  return token?.sep?.find(({ type }) => type === "map-value-ind")?.offset;
}
