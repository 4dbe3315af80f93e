import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkExpression,
  evaluate,
  ExpressionError,
  fieldsUsed,
  parseExpression,
  printExpression,
} from "./index.ts";
import type { Expression, RuleRequest } from "./index.ts";

const request: RuleRequest = {
  method: "GET",
  host: "media.example.com",
  path: "/avatars/Ada/1.JPG",
  query: "w=64&w=128&name=a%20b",
  ssl: false,
  ip: "10.0.0.7",
  version: "HTTP/1.1",
  time: 1_700_000_000_000,
  headers: new Map([
    ["user-agent", ["curl/8"]],
    ["accept", ["image/webp", "*/*"]],
    ["cookie", ["a=1; b=2"]],
  ]),
};
const matches = (text: string, changes: Partial<RuleRequest> = {}) =>
  evaluate(parseExpression(text), { ...request, ...changes });

describe("evaluation", () => {
  it.each([
    ["true", true],
    ["false", false],
    ['http.host eq "media.example.com"', true],
    ['http.host == "other"', false],
    ['http.host ne "other" && !ssl', true],
    ['http.request.uri.path contains "/Ada/"', true],
    ['http.request.uri.path wildcard "/AVATARS/*"', true],
    ['http.request.uri.path strict wildcard "/AVATARS/*"', false],
    ['http.request.uri.path wildcard r"/avatars/\\*"', false],
    ['http.request.uri.path matches r"^/avatars/[A-Z]\\w+/"', true],
    ['http.request.uri.path ~ "(?i)\\\\.jpg$"', true],
    ['http.request.uri.path.extension in {"jpg" "png"}', true],
    ['ends_with(lower(http.request.uri.path), ".jpg")', true],
    ['starts_with(http.request.uri.path, "/avatars/")', true],
    ['upper(http.request.method) eq "GET"', true],
    ['concat(http.host, http.request.uri.path) eq "media.example.com/avatars/Ada/1.JPG"', true],
    ['http.request.full_uri contains "http://media.example.com/avatars/Ada/1.JPG?w=64"', true],
    ["len(http.host) in {1..3 17}", true],
    ["len(http.host) ge 0x11", true],
    ["len(http.host) eq -1", false],
    ["ip.src in {10.0.0.0/8}", true],
    ["ip.src in {10.0.0.1..10.0.0.9 ::1}", true],
    ["ip.src in {10.0.0.8..10.0.0.9 2001:db8::/32}", false],
    ["ip.src eq 10.0.0.7", true],
    ["ip.src lt 10.0.1.0", true],
    ['to_string(ip.src) eq "10.0.0.7"', true],
    ['any(http.request.headers["accept"][*] contains "webp")', true],
    ['all(http.request.headers["accept"][*] contains "webp")', false],
    ['any(lower(http.request.headers.values[*])[*] eq "curl/8")', true],
    ['any(starts_with(http.request.headers.names[*], "user-"))', true],
    ['http.request.headers["accept"][1] eq "*/*"', true],
    ['http.request.headers["absent"][0] eq "x"', false],
    ['http.request.headers["absent"][0] ne "x"', true],
    ['any(http.request.headers["absent"][*] eq "x")', false],
    ['has_key(http.request.uri.args, "w")', true],
    ['has_value(http.request.uri.args["w"], "128")', true],
    ['url_decode(http.request.uri.query) contains "a b"', true],
    ['http.request.cookies["b"][0] eq "2"', true],
    ['substring(http.host, 0, 5) eq "media"', true],
    ['substring(http.host, -3) eq "com"', true],
    ['regex_replace(http.host, "^(\\\\w+)\\\\.", "${1}-") eq "media-example.com"', true],
    ['http.user_agent eq "\\x63url\\057\\x38"', true],
    ["http.request.timestamp.sec eq 1700000000", true],
    ["cf.client.bot or cf.bot_management.verified_bot", false],
  ])("%s is %s", (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  it("binds not before and before xor before or", () => {
    expect(printExpression(parseExpression("not ssl and ssl xor ssl or ssl"))).toBe(
      "(((not (ssl)) and (ssl)) xor (ssl)) or (ssl)",
    );
  });

  it("compares IPv6 addresses however they are written", () => {
    expect(matches("ip.src eq 2001:db8:0:0::1", { ip: "2001:db8::1" })).toBe(true);
    expect(matches("ip.src in {2001:db8::..2001:db8::ffff}", { ip: "2001:db8::10" })).toBe(true);
    expect(matches("ip.src in {2001:db8::/32}", { ip: "2001:db9::10" })).toBe(false);
  });
});

describe("refusal", () => {
  it.each([
    ["foo.bar eq 1", 0, "unknown field `foo.bar`"],
    ['lookup(http.host) eq "a"', 0, "unknown function `lookup`"],
    ["http.host eq 3", 13, "`3`"],
    ["http.host eq 'a'", 13, "`'a'`"],
    ["ssl eq true", 4, "`eq` after boolean"],
    ["ssl and", 7, "the end"],
    ["", 0, "the end"],
    ['ip.src eq "1.1.1.1"', 10, '`"1.1.1.1"`'],
    ["ip.src in {10.0.0.0/33}", 11, "`10.0.0.0/33}`"],
    ["ip.src in {10.0.0.1/8}", 11, "`10.0.0.1/8}`"],
    ["ip.src in {10.0.0.9..10.0.0.1}", 11, "`10.0.0.9..10.0.0.1}`"],
    ["ip.src in {1.1.1.1..::1}", 11, "`1.1.1.1..::1}`"],
    ["len(http.host) in {3..1}", 19, "`3..1}`"],
    ['http.request.headers ["x"][0] eq "a"', 21, "`["],
    ["ip.src eq 10.0.0.0/8", 10, "`10.0.0.0/8`"],
    ['http.host in {"a", "b"}', 17, '`, "b"}`'],
    ["http.host in {}", 14, "`}`"],
    ['http.request.headers["x"] eq "a"', 26, "`eq` after array of string"],
    ['http.request.headers["x"][*] eq "a"', 0, "array of boolean"],
    ['starts_with("x", http.host)', 12, '`"x", http.host)`'],
    ['http.host wildcard "a**b"', 19, "a double star"],
    ['http.host matches "(?=a)"', 18, "look-around, which Rust's regex does not have"],
    ['http.host matches "("', 18, "no regular expression"],
    ['http.host eq "a\\nb"', 15, '`\\nb"`'],
    ["http.host", 0, "string"],
    ['http.host eq "a" http.host eq "b"', 17, '`http.host eq "b"`'],
    ["(".repeat(200), 101, "`((("],
  ])("%s at %i: %s", (text, position, found) => {
    const error = failure(text);
    expect(error.found).toContain(found);
    expect(error.position).toBe(position);
  });

  it("names what is known and what was probably meant", () => {
    expect(failure('http.hots eq "a"').expected).toContain("did you mean `http.host`");
  });

  it("knows no field or function by an inherited name", () => {
    expect(failure("constructor").found).toContain("unknown field");
    expect(failure("toString(ssl)").found).toContain("unknown function");
  });
});

describe("plans", () => {
  it("keeps regular expressions to Business and Enterprise", () => {
    const text = 'http.host matches "^a"';
    expect(checkExpression(text, { plan: "pro", key: "rules[0].expression" })).toEqual([
      expect.objectContaining({
        key: "rules[0].expression",
        value: "`matches`",
        limit: expect.stringContaining("Business") as string,
      }),
    ]);
    expect(checkExpression(text, { plan: "business" })).toEqual([]);
  });

  it.each([
    ['starts_with(http.request.uri.path, "/avatars/")', "free", []],
    ['http.host eq "a" and ssl', "free", ["`http.host`", "`ssl`"]],
    ['http.host eq "a" and http.request.uri.query eq ""', "pro", []],
    ['http.request.method eq "POST"', "pro", ["`http.request.method`"]],
    ["ip.src eq 1.1.1.1 and not ssl", "business", ["`ssl`"]],
    ['any(http.request.headers["x"][*] eq "y")', "enterprise", []],
  ] as const)("%s as a rate limit on %s", (expression, plan, refused) => {
    const values = checkExpression(expression, { plan, phase: "http_ratelimit" }).map(({ value }) => value);
    expect(values).toEqual(refused.map((field) => `the field ${field}`));
    expect(checkExpression(expression, { plan, phase: "http_request_cache_settings" })).toEqual([]);
  });

  it("keeps fields of the response to phases after it", () => {
    expect(
      checkExpression("http.response.code eq 404", { phase: "http_request_cache_settings" }),
    ).toHaveLength(1);
    expect(
      checkExpression("http.response.code eq 404", { phase: "http_response_headers_transform" }),
    ).toEqual([]);
  });

  it("lists the fields used once each", () => {
    expect(fieldsUsed(parseExpression('lower(http.host) eq "a" or http.host eq "b" or not ssl'))).toEqual([
      "http.host",
      "ssl",
    ]);
  });
});

/** Simple comparisons, each with a naive way to tell its value. */
const leaf = fc.oneof(
  fc.constantFrom("a", "b", 'q"\\', "ü").map((value) => ({
    expression: comparison("http.host", "eq", value),
    naive: (host: string) => host === value,
  })),
  fc.constantFrom("a", "b", "").map((value) => ({
    expression: comparison("http.host", "contains", value),
    naive: (host: string) => host.includes(value),
  })),
  fc.boolean().map((value) => ({
    expression: { kind: "constant", value } as Expression,
    naive: () => value,
  })),
);
function comparison(name: string, operator: "eq" | "contains", value: string): Expression {
  return {
    kind: "comparison",
    left: { kind: "field", name, indexes: [] },
    operator,
    right: { kind: "string", value },
  };
}
interface Modelled {
  expression: Expression;
  naive: (host: string) => boolean;
}
const { tree } = fc.letrec<{ tree: Modelled }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    tie("tree").map(({ expression, naive }) => ({
      expression: { kind: "not", of: expression } as Expression,
      naive: (host: string) => !naive(host),
    })),
    fc.tuple(fc.constantFrom("and", "or", "xor"), tie("tree"), tie("tree")).map(([kind, left, right]) => ({
      expression: { kind, left: left.expression, right: right.expression } as Expression,
      naive: (host: string) => {
        const [a, b] = [left.naive(host), right.naive(host)];
        return kind === "and" ? a && b : kind === "or" ? a || b : a !== b;
      },
    })),
  ),
}));

describe("properties", () => {
  it("prints what parses to the same", () => {
    fc.assert(
      fc.property(tree, ({ expression }) => {
        expect(parseExpression(printExpression(expression))).toEqual(expression);
      }),
    );
  });

  it("evaluates as a naive model does", () => {
    fc.assert(
      fc.property(tree, fc.constantFrom("a", "b", "ab", 'q"\\', "", "ü"), ({ expression, naive }, host) => {
        expect(evaluate(expression, { ...request, host })).toBe(naive(host));
      }),
    );
  });

  it("throws nothing but its own error, and evaluates whatever parses", () => {
    const piece = fc.constantFrom(
      ..."http.host ssl ip.src eq in not and or xor ( ) { } [ ] [*] [0] , .. 1 -1 10.0.0.1 ::1 any( lower( len( matches wildcard".split(
        " ",
      ),
      '"a"',
      'r#"',
      "http.request.headers",
      '["x"]',
      "\\",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(text, (text) => {
        try {
          expect(typeof evaluate(parseExpression(text), request)).toBe("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function failure(text: string): ExpressionError {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}
