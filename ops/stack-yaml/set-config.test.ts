import fc from "fast-check";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { RefusedError } from "../../catalog/problem.ts";
import { unifiedDiff } from "./line-diff.ts";
import type { ConfigValue } from "./render.ts";
import { setConfig } from "./set-config.ts";

/** Several keys set one after the other, as `KEY` → value; undefined takes a key out. */
function edit(text: string, changes: Record<string, ConfigValue | undefined>): string {
  return Object.entries(changes).reduce((now, [key, value]) => setConfig(now, key.split("."), value), text);
}
const diff = (text: string, changes: Record<string, ConfigValue | undefined>) =>
  unifiedDiff("f", text, edit(text, changes), 0).slice(2);

function refusal(text: string, key: string, value?: ConfigValue): string {
  try {
    edit(text, { [key]: value });
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
  return "(not refused)";
}

/** A production stack as people leave it: comments everywhere, secrets in the middle, an order of its own. */
const prod = `# Production. Ask in #infra before you touch it.
encryptionsalt: v1:abc=:v1:def:ghi==

config:
    lavlay:databasePassword: # rotated in March
        secure: v1:AAAA:BBBB==
    "lavlay:domain":   lavlay.com
    # --- vendors ---
    lavlay:supabase: {organizationId: lavlay,   region: eu-west-1} # Frankfurt is full
    lavlay:vercel:
    lavlay:tier: 'pro'      # since 2025-11
    lavlay:monitoring:
        # who is on call
        emails:
            - a@lavlay.com
            - b@lavlay.com

    lavlay:cloudflare:
        zoneId: "00000000000000000000000000000001"
        accountId: "00000000000000000000000000000002" # ours
    other:key: [ 1,2 ]
    lavlay:media:
        bucket: lavlay-media
        # the end`;

describe("a production stack's YAML", () => {
  it("changes in the lines it must, and nowhere else", () => {
    expect(
      diff(prod, {
        "lavlay:tier": "team",
        "lavlay:supabase.computeSize": "xlarge",
        "lavlay:cloudflare.plan": "business",
        "lavlay:vercel.plan": "pro",
        "lavlay:monitoring.emails": ["ops@lavlay.com", "c@lavlay.com", "d@lavlay.com"],
        "lavlay:budget.monthlyUsd": 900,
      }),
    ).toMatchInlineSnapshot(`
      [
        "@@ -9,1 +9,1 @@",
        "-    lavlay:supabase: {organizationId: lavlay,   region: eu-west-1} # Frankfurt is full",
        "+    lavlay:supabase: {organizationId: lavlay,   region: eu-west-1, computeSize: xlarge} # Frankfurt is full",
        "@@ -11,1 +11,2 @@",
        "-    lavlay:tier: 'pro'      # since 2025-11",
        "+        plan: pro",
        "+    lavlay:tier: 'team'      # since 2025-11",
        "@@ -15,2 +16,3 @@",
        "-            - a@lavlay.com",
        "-            - b@lavlay.com",
        "+            - ops@lavlay.com",
        "+            - c@lavlay.com",
        "+            - d@lavlay.com",
        "@@ -21,0 +23,1 @@",
        "+        plan: business",
        "@@ -24,0 +27,2 @@",
        "+    lavlay:budget:",
        "+        monthlyUsd: 900",
      ]
    `);
  });

  it("is byte for byte as before when all is set back", () => {
    const there = edit(prod, { "lavlay:tier": "team", "lavlay:cloudflare.plan": "pro" });
    expect(there).not.toBe(prod);
    expect(edit(there, { "lavlay:tier": "pro", "lavlay:cloudflare.plan": undefined })).toBe(prod);
  });

  it("does not change where it says so already", () => {
    expect(edit(prod, { "lavlay:tier": "pro", "lavlay:redis.plan": undefined })).toBe(prod);
  });

  it("keeps its line ends", () => {
    const crlf = prod.replaceAll("\n", "\r\n");
    const changes = {
      "lavlay:tier": "team",
      "lavlay:budget.monthlyUsd": 1,
      "lavlay:cloudflare.zoneId": undefined,
    };
    expect(edit(crlf, changes)).toBe(edit(prod, changes).replaceAll("\n", "\r\n"));
  });
});

it.each<[string, string, ConfigValue | undefined, string]>([
  ["a key at the end of a file that ends without a line end", "config:\n  a: 1", 2, "config:\n  a: 2"],
  ["quotes", 'config:\n  a: "x" # y\n', "z", 'config:\n  a: "z" # y\n'],
  ["quotes of the other kind", "config:\n  a: 'x'\n", "it's", "config:\n  a: 'it''s'\n"],
  ["nothing", "config:\n  a: # why\n  b: 1\n", 2, "config:\n  a: 2 # why\n  b: 1\n"],
  ["what YAML 1.1 takes for a boolean", "config:\n  a: x\n", "off", 'config:\n  a: "off"\n'],
  ["what YAML takes for a number", "config:\n  a: x\n", "1e3", 'config:\n  a: "1e3"\n'],
  ["what YAML takes for a comment", "config:\n  a: x\n", "a #b", 'config:\n  a: "a #b"\n'],
  ["a number's text", "config:\n  a: '1'\n", 1, "config:\n  a: 1\n"],
  ["all in one line", "config: {a: x, b: y}\n", "z", "config: {a: z, b: y}\n"],
  [
    "a list by an empty one",
    "config:\n  a: # who\n    - x\n  b: 1\n",
    [],
    "config:\n  a: [] # who\n  b: 1\n",
  ],
  [
    "a list that does not stand in",
    "config:\n  a:\n  - x\n  b: 1\n",
    ["z"],
    "config:\n  a:\n  - z\n  b: 1\n",
  ],
  ["a list in brackets", "config:\n  a: [x] # y\n", ["w", "z"], "config:\n  a: [w, z] # y\n"],
  ["a group by a text", "config:\n  a:\n    c: 1\n  b: 1\n", "x", "config:\n  a: x\n  b: 1\n"],
  ["taken out, first", "config:\n  a: 1\n  b: 1\n", undefined, "config:\n  b: 1\n"],
  ["taken out, last", "config:\n  b: 1\n  a: 1", undefined, "config:\n  b: 1"],
  ["taken out, in one line", "config: {a: 1, b: 2}\n", undefined, "config: {b: 2}\n"],
])("sets %s", (_, text, value, after) => {
  expect(edit(text, { a: value })).toBe(after);
});

it.each<[string, string, string, string]>([
  ["into an empty group", "config:\n  a: {}\n", "a.b", "config:\n  a: { b: 1 }\n"],
  ["into a group of one line", "config:\n  a: {c: 2,}\n", "a.b", "config:\n  a: {c: 2, b: 1,}\n"],
  ["into nothing", "config:\n  a: # x\n  c: 1\n", "a.b", "config:\n  a: # x\n    b: 1\n  c: 1\n"],
  ["into nothing within a line", "config: {a: , c: 2}\n", "a.b", "config: {a: { b: 1 } , c: 2}\n"],
  ["two groups deep", "config:\n    c: 2\nx: 1\n", "a.b", "config:\n    c: 2\n    a:\n        b: 1\nx: 1\n"],
  ["into a file without configuration", "x: 1\n", "a", "x: 1\nconfig:\n  a: 1\n"],
  ["behind a secret", "config:\n  s:\n    secure: x\n", "a", "config:\n  s:\n    secure: x\n  a: 1\n"],
  [
    "behind a text of lines",
    "config:\n  c: |\n    x\n    y\n\n",
    "a",
    "config:\n  c: |\n    x\n    y\n  a: 1\n\n",
  ],
])("adds %s", (_, text, key, after) => {
  expect(edit(text, { [key]: 1 })).toBe(after);
});

it("takes a group out with the last of its keys", () => {
  expect(edit("config:\n  a:\n    b:\n      c: 1\n  d: 1\n", { "a.b.c": undefined })).toBe(
    "config:\n  d: 1\n",
  );
  expect(edit("config:\n  a: {b: {c: 1}}\n  d: 1\n", { "a.b.c": undefined })).toBe("config:\n  d: 1\n");
});

it.each<[string, string, string, ConfigValue | undefined, RegExp]>([
  [
    "a key that stands twice",
    "config:\n  a: 1\n  'a': 2\n",
    "a",
    1,
    /line 3: 'a': 2, but the YAML is broken: Map keys must be/,
  ],
  ["broken YAML", "config:\n  a: [1\n", "a", 1, /line 3: .*broken/],
  ["several documents", "config:\n  a: 1\n---\nb: 1\n", "a", 2, /line 3: .*multiple documents/],
  ["an alias", "x: &x 1\nconfig:\n  a: *x\n", "a", 2, /line 3: a: \*x, but its value is an alias/],
  ["an anchor", "config:\n  a: &x 1\n  b: *x\n", "a", 2, /line 2: .*anchor or a tag/],
  ["a tag", "config:\n  a: !!str 1\n", "a", "2", /line 2: .*anchor or a tag/],
  ["a group with an anchor", "config:\n  a: &x {b: 1}\n", "a.b", 2, /the group has an anchor/],
  ["a merge", "x: &x {c: 1}\nconfig:\n  a:\n    <<: *x\n", "a.b", 2, /takes in another by `<<`/],
  [
    "a secret",
    "config:\n  a:\n    secure: x\n",
    "a",
    "plain",
    /encrypted: only `pulumi config set --secret`/,
  ],
  ["the inside of a secret", "config:\n  a:\n    secure: x\n", "a.secure", "y", /encrypted/],
  ["a secret taken out", "config:\n  a:\n    secure: x\n  b: 1\n", "a", undefined, /encrypted/],
  ["a secret further in", "config:\n  a:\n    b:\n      - secure: x\n", "a", [], /encrypted/],
  ["a group as text", "config:\n  a: '{\"b\": 1}'\n", "a.b", 2, /a is not a group of keys/],
  ["a list with comments", "config:\n  a:\n    - x # why\n", "a", ["y"], /comments in it would be lost/],
  ["a text of several lines", "config:\n  a: |\n    x\n", "a", "y", /a text of several lines/],
  ["the last key", "config:\n  a: 1\n", "a", undefined, /the only key/],
  ["no keys at all", "- a\n", "a", 1, /no `config:` in it/],
  ["nothing", "", "a", 1, /no `config:` in it/],
])("refuses %s", (_, text, key, value, message) => {
  expect(refusal(text, key, value)).toMatch(message);
});

it("does not repeat a password in its refusal", () => {
  expect(
    refusal(
      "config:\n  a: 1\n  a: 2\n  lavlay:databasePassword: &x hunter2\n",
      "lavlay:databasePassword",
      "x",
    ),
  ).not.toContain("hunter2");
});

/** Text that YAML could take for something else. */
const anyText = fc.oneof(
  fc.constantFrom(
    "pro",
    "on",
    "no",
    "null",
    "~",
    "0x1F",
    "1_000",
    "a: b",
    "- a",
    "#",
    "",
    " a",
    "a ",
    "'",
    '"',
    "é",
    "{",
    "\n",
    "0123",
    "y",
  ),
  fc.string({ maxLength: 8 }),
);
const anyScalar = fc.oneof(anyText, fc.integer(), fc.boolean());
const anyValue: fc.Arbitrary<ConfigValue> = fc.oneof(
  anyScalar,
  fc.array(anyScalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("k", "l", "a b"), anyScalar, { maxKeys: 2, noNullPrototype: true }),
);

/** A value as somebody may have written it, on one line. */
const written = anyScalar.chain((value) =>
  fc.constantFrom(
    JSON.stringify(value),
    typeof value === "string" && /^[ -~]*$/.test(value)
      ? `'${value.replaceAll("'", "''")}'`
      : JSON.stringify(value),
    typeof value === "string" ? "plain text" : String(value),
    "",
  ),
);
const keys = ["lavlay:a", "lavlay:b", "c", "d"];
const keyNames = fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 });
const asKey = (key: string, quoted: boolean) => (quoted ? JSON.stringify(key) : key);
const comment = fc.constantFrom("", " # why", "   # a: b");

/** The lines of one key, at no indentation. */
const entry = (key: string, step: string): fc.Arbitrary<string[]> =>
  fc
    .record({
      quoted: fc.boolean(),
      text: written,
      note: comment,
      before: fc.constantFrom([], [""], ["# note"], ["", "# b: c"]),
    })
    .chain(({ quoted, text, note, before }) => {
      const name = asKey(key, quoted);
      const group = fc.tuple(keyNames, fc.array(written, { minLength: 4, maxLength: 4 }));
      return fc.oneof<fc.Arbitrary<string[]>[]>(
        fc.constant([...before, `${name}: ${text}${note}`]),
        fc.constant([...before, `${name}:${note}`, `${step}secure: v1:${"a".repeat(4)}=`]),
        fc.constant([...before, `${name}: [x,  "y"]${note}`]),
        group.map(([names, texts]) => [
          ...before,
          `${name}: {${names.map((inner, index) => `${asKey(inner, index % 2 === 0)}: ${texts[index] || "x"}`).join(",  ")}}${note}`,
        ]),
        group.map(([names, texts]) => [
          ...before,
          `${name}:${note}`,
          ...names.map(
            (inner, index) => `${step}${asKey(inner, index % 2 === 1)}: ${texts[index] ?? ""}${note}`,
          ),
        ]),
      );
    });

const file = fc
  .record({
    names: keyNames,
    step: fc.constantFrom("  ", "    ", " "),
    eol: fc.constantFrom("\n", "\r\n"),
    ended: fc.boolean(),
  })
  .chain(({ names, step, eol, ended }) =>
    fc
      .record({
        entries: fc.tuple(...names.map((name) => entry(name, step))),
        first: fc.constantFrom([], ["# head"], ["encryptionsalt: v1:x:y=="]),
        last: fc.constantFrom([], ["# tail"], ["", "other: {a: 1}"]),
      })
      .map(({ entries, first, last }) => {
        const lines = entries.flat().map((line) => (line === "" ? line : step + line));
        return [...first, "config:", ...lines, ...last].join(eol) + (ended ? eol : "");
      }),
  );
const path = fc.array(fc.constantFrom(...keys, "new"), { minLength: 1, maxLength: 3 });

describe("for any YAML", () => {
  /** The configuration with one key set, in plain JavaScript. */
  const withKey = (
    config: Record<string, unknown>,
    [key = "", ...rest]: string[],
    value: unknown,
  ): Record<string, unknown> => ({
    ...config,
    [key]: rest.length === 0 ? value : withKey((config[key] ?? {}) as Record<string, unknown>, rest, value),
  });
  const isGroup = (value: unknown) =>
    value === undefined || value === null || (typeof value === "object" && !Array.isArray(value));
  /** Whether a path leads through groups, to something that is not encrypted. */
  const isOpen = (config: unknown, [key = "", ...rest]: string[]): boolean => {
    const value = (config as Record<string, unknown> | null | undefined)?.[key];
    if (JSON.stringify(value)?.includes('"secure"')) return false;
    return rest.length === 0 || (isGroup(value) && isOpen(value, rest));
  };

  it("just that key is set, and every other line is the same", () => {
    fc.assert(
      fc.property(file, path, anyValue, (text, keyPath, value) => {
        const before = parse(text) as { config: Record<string, unknown> };
        fc.pre(isOpen(before.config, keyPath));
        // Only a whole group can hold comments that go with it.
        const replaced = keyPath.reduce<unknown>(
          (inner, key) => (inner as Record<string, unknown> | undefined | null)?.[key],
          before.config,
        );
        let after: string;
        try {
          after = setConfig(text, keyPath, value);
        } catch (error) {
          fc.pre(!(isGroup(replaced) && replaced && /comments in it/.test((error as Error).message)));
          throw error;
        }
        expect(parse(after)).toEqual({ ...before, config: withKey(before.config, keyPath, value) });

        const [old, now] = [text.split("\n"), after.split("\n")];
        const same = (index: number) => old[index] === now[index];
        let head = 0;
        while (head < Math.min(old.length, now.length) && same(head)) head++;
        let tail = 0;
        while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail))
          tail++;
        // One line is changed, or some come new; a group is as many lines as it has keys.
        const most = isGroup(replaced) && replaced ? Object.keys(replaced).length + 1 : 1;
        expect(old.length - head - tail).toBeLessThanOrEqual(most);
        expect(now.length - head - tail).toBeLessThanOrEqual(keyPath.length + 1);
        expect(after.split("\r\n").length - 1).toBe(text.includes("\r\n") ? now.length - 1 : 0);
      }),
      { numRuns: 1000 },
    );
  });

  it("what was set can be taken out again", () => {
    fc.assert(
      fc.property(file, anyScalar, (text, value) => {
        expect(setConfig(setConfig(text, ["new", "key"], value), ["new", "key"], undefined)).toBe(text);
      }),
    );
  });

  it("it is edited, or refused in words, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `config:\n  a: ${text}\n`),
        ),
        anyValue,
        (text, value) => {
          expect(() => {
            try {
              setConfig(text, ["a"], value);
            } catch (error) {
              if (!(error instanceof RefusedError)) throw error;
            }
          }).not.toThrow();
        },
      ),
    );
  });
});
