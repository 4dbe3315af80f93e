import fc from "fast-check";
import { parse } from "libpg-query";
import { describe, expect, test } from "vitest";
import { ApiError } from "../errors.ts";
import { castType } from "../sql/cast.ts";
import { conditionsSql } from "../sql/condition.ts";
import { identifier, join, parameter, sql } from "../sql/fragment.ts";
import type { Relation, SchemaCache } from "../schema-cache.ts";
import { Reader } from "../sql/read.ts";
import { parseFilter, parseLogic, parseTreePath } from "./filters.ts";
import { parseOrder } from "./order.ts";
import { parseQuery } from "./query.ts";
import { parseSelect } from "./select.ts";

const relation: Relation = { schema: "public", name: "t", columns: new Map(), primaryKey: [] };
const source = { name: identifier("public", "t"), relation };
const cache: SchemaCache = {
  relation: () => relation,
  functions: () => [],
  foreignKeys: [],
  roleSettings: () => ({}),
};

/** Text with the characters that matter to SQL and to the query string far more often than by chance. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        "\\",
        ";",
        "--",
        "/*",
        "*/",
        ")",
        "(",
        ",",
        ".",
        ":",
        "::",
        "$1",
        "$$",
        "%",
        "{",
        "}",
        "->",
        "!",
        "é",
        "🦆",
        "\n",
        " ",
        "eq.",
        "not.",
      ),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(""));
const name = hostile.filter((text) => text !== "" && !text.includes("\0"));
const quote = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** The statement as Postgres's own parser sees it: how many statements, and all its names and literals. */
async function inspect(text: string) {
  const tree = await parse(text);
  const strings: string[] = [];
  JSON.stringify(tree, (key, value: unknown) => {
    if (key === "sval" && typeof value === "string") strings.push(value);
    return value;
  });
  return { statements: tree.stmts?.length, strings, json: JSON.stringify(tree) };
}
/** Postgres cuts names at 63 bytes, which libpg-query does too. */
const short = (text: string) => Buffer.byteLength(text) <= 63;

describe("nothing breaks out", () => {
  test("a quoted name is that one name to Postgres", async () => {
    await fc.assert(
      fc.asyncProperty(name.filter(short), async (text) => {
        const { statements, strings } = await inspect(sql`select ${identifier(text)}`.render().text);
        expect(statements).toBe(1);
        expect(strings).toEqual([text]);
      }),
    );
  });

  test("a value is never part of the text, whatever it holds", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const placed = parseFilter("name", `eq.${text}`);
        const rendered = join(conditionsSql(source, [placed.value]), " and ").render();
        expect(rendered).toEqual({ text: '"public"."t"."name" = $1', values: [text] });
      }),
    );
  });

  test("names, aliases and JSON keys in quotes arrive whole, and the statement keeps its form", async () => {
    await fc.assert(
      fc.asyncProperty(
        name.filter(short),
        name.filter(short),
        name,
        hostile,
        async (column, alias, key, value) => {
          const parameters = new URLSearchParams([
            ["select", `${quote(alias)}:${quote(column)}->${quote(key)}`],
            [`${quote(column)}`, `neq.${value}`],
            [
              "or",
              `(${quote(column)}.eq.${quote(value)},${quote(column)}.in.(${quote(value)},${quote(key)}))`,
            ],
            ["order", `${quote(column)}.desc`],
          ]);
          const { rows } = new Reader(cache, 10).read(
            parseQuery(parameters).root,
            source,
            identifier("public", "t"),
          );
          const { text, values } = rows.render();
          expect(values).toEqual([key, value, value, [value, key], 10]);
          const seen = await inspect(text);
          const plain = new Reader(cache, 10).read(
            parseQuery(new URLSearchParams("select=a:c->k&c=neq.v&or=(c.eq.v,c.in.(v,k))&order=c.desc")).root,
            source,
            identifier("public", "t"),
          );
          const expected = await inspect(plain.rows.render().text);
          expect(seen.statements).toBe(1);
          expect(seen.strings).toEqual(expected.strings.map((word) => (word === "c" ? column : word)));
        },
      ),
    );
  });

  test("any query string is understood or refused as a client's mistake, and gives one statement", async () => {
    const key = fc.oneof(
      fc.constantFrom("select", "order", "or", "and", "limit", "offset", "columns", "on_conflict"),
      hostile,
    );
    const value = fc.oneof(
      hostile,
      hostile.map((text) => `(${text})`),
      hostile.map((text) => `eq.${text}`),
      hostile.map((text) => `in.(${text})`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, value), { maxLength: 4 }), async (pairs) => {
        let text: string;
        try {
          const { root } = parseQuery(new URLSearchParams(pairs));
          text = new Reader(cache, 10).read(root, source, identifier("public", "t")).rows.render().text;
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect((error as ApiError).status).toBeLessThan(500);
          return;
        }
        expect((await inspect(text)).statements).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  test("a cast is words or refused", () => {
    expect(castType("double precision").render().text).toBe("double precision");
    for (const bad of ["int)", "int;", "a.b", "", "int--", '"int"', "a  b", "int\n"]) {
      expect(() => castType(bad), bad).toThrow(ApiError);
    }
  });

  test("a name with a null character is refused", () => {
    expect(() => identifier("a\0b")).toThrow(ApiError);
  });

  test("deep nesting is refused or read, not a crash", () => {
    const deep = `(${"and(".repeat(200)}a.eq.1${")".repeat(200)})`;
    expect(parseLogic("or", deep).value.kind).toBe("logic");
  });
});

describe("select", () => {
  test("the parts of an embed", () => {
    expect(parseSelect("id, a:b!fk!inner( x , ...c!left(*) )").select).toMatchObject([
      { kind: "column", field: { name: "id", path: [] } },
      {
        kind: "embed",
        alias: "a",
        target: "b",
        hint: "fk",
        inner: true,
        spread: false,
        node: {
          select: [
            { kind: "column" },
            { kind: "embed", target: "c", spread: true, inner: false, node: { select: [{ kind: "all" }] } },
          ],
        },
      },
    ]);
  });

  test("dashes belong to names, arrows do not; casts are no aliases", () => {
    expect(parseSelect("a-b->c-d->>0::text,x::int").select).toEqual([
      {
        kind: "column",
        alias: undefined,
        cast: "text",
        field: {
          name: "a-b",
          path: [
            { asText: false, key: "c-d" },
            { asText: true, key: 0 },
          ],
        },
      },
      { kind: "column", alias: undefined, cast: "int", field: { name: "x", path: [] } },
    ]);
  });

  test("a hint that begins like a join word is a hint", () => {
    expect(parseSelect("a!inner_fk(x)").select).toMatchObject([{ hint: "inner_fk", inner: false }]);
  });
});

describe("filters, paths and order", () => {
  test("a path ends in the field", () => {
    expect(parseTreePath('a."b.c".d->>e')).toEqual({
      path: ["a", "b.c"],
      value: { name: "d", path: [{ asText: true, key: "e" }] },
    });
  });

  test("a value is all that follows, dots and brackets included", () => {
    expect(parseFilter("a", "eq.b.(c),d").value).toMatchObject({ operation: { value: "b.(c),d" } });
    expect(parseFilter("a", "eq.").value).toMatchObject({ operation: { value: "" } });
  });

  test("an embedded, negated tree", () => {
    expect(parseLogic("c.not.or", "(a.not.eq.1,b.is.NULL)")).toMatchObject({
      path: ["c"],
      value: {
        negated: true,
        operator: "or",
        of: [{ negated: true }, { operation: { kind: "is", value: "null" } }],
      },
    });
  });

  test("order terms", () => {
    expect(parseOrder("a.desc.nullslast, b->>c , r(d).asc")).toMatchObject([
      { field: { name: "a" }, direction: "desc", nulls: "last" },
      { field: { name: "b", path: [{ key: "c" }] } },
      { relation: "r", field: { name: "d" }, direction: "asc" },
    ]);
  });

  test("parameters stay numbers in order", () => {
    expect(sql`a ${parameter(1)} b ${sql`c ${parameter("x")}`} ${parameter(null)}`.render()).toEqual({
      text: "a $1 b c $2 $3",
      values: [1, "x", null],
    });
  });
});
