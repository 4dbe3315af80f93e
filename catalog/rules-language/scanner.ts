import { isIP } from "node:net";
import { addressNumber, isNetwork } from "./address.ts";
import { ExpressionError } from "./expression.ts";
import type { Literal, LiteralRange, Scalar } from "./expression.ts";

/** Reads an expression's text from left to right; what a literal may look like depends on what it is compared with. */
export class Scanner {
  position = 0;

  constructor(readonly text: string) {}

  skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text[this.position] ?? "")) this.position++;
  }

  atEnd(): boolean {
    this.skipSpace();
    return this.position >= this.text.length;
  }

  /** Consumes the symbol, and space before it, if it comes next. */
  take(symbol: string): boolean {
    const start = this.position;
    this.skipSpace();
    if (this.text.startsWith(symbol, this.position)) {
      this.position += symbol.length;
      return true;
    }
    this.position = start;
    return false;
  }

  /** Consumes the word if it comes next and ends there. */
  takeWord(word: string): boolean {
    if (this.peekName() !== word) return false;
    this.position += word.length;
    return true;
  }

  expect(symbol: string): void {
    if (this.take(symbol)) return;
    this.skipSpace();
    this.fail(`\`${symbol}\``);
  }

  /** The dotted name that comes next, or "". */
  peekName(): string {
    this.skipSpace();
    return /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/.exec(this.rest())?.[0] ?? "";
  }

  literal(type: Scalar): Literal {
    this.skipSpace();
    if (type === "string") return { kind: "string", value: this.#string() };
    if (type === "integer") return { kind: "integer", value: this.#integer() };
    if (type === "ip") return { kind: "ip", value: this.#address() };
    return this.fail("nothing to compare a boolean with: write it alone, or `not` before it");
  }

  /** One member of `{…}`: a literal, or a range of integers or addresses. */
  member(type: Scalar): Literal | LiteralRange {
    const start = this.position;
    const from = this.literal(type);
    if (type === "string" || !this.text.startsWith("..", this.position)) return from;
    this.position += 2;
    const to = this.literal(type);
    if (!ascends(from, to))
      this.fail("a range from low to high, of addresses without prefix and of one family", start);
    return { kind: "range", from, to };
  }

  /** Throws: what was expected instead of what stands here. */
  fail(expected: string, position = this.position): never {
    const rest = this.text.slice(position);
    const found = rest === "" ? "the end" : `\`${rest.length > 24 ? `${rest.slice(0, 24)}…` : rest}\``;
    throw new ExpressionError(position, found, expected);
  }

  rest(): string {
    return this.text.slice(this.position);
  }

  #string(): string {
    const raw = /^r(#*)"/.exec(this.rest());
    if (raw) {
      const start = this.position + raw[0].length;
      const end = this.text.indexOf(`"${raw[1]}`, start);
      if (end < 0) this.fail("the end of the raw string");
      this.position = end + 1 + raw[1]!.length;
      return this.text.slice(start, end);
    }
    if (this.text[this.position] !== '"') this.fail("a string in double quotes");
    const quoted = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(this.rest());
    if (!quoted) this.fail("a string that ends with a double quote");
    const start = this.position + 1;
    this.position += quoted[0].length;
    return quoted[1]!.replace(/\\(x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|[\s\S])/g, (whole, escape: string, at) => {
      if (escape === '"' || escape === "\\") return escape;
      if (/^x./.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16));
      if (escape.length === 3) return String.fromCharCode(parseInt(escape, 8));
      return this.fail('`\\"`, `\\\\`, `\\xHH` or `\\OOO`', start + (at as number));
    });
  }

  #integer(): number {
    const match = /^-?(?:0x[0-9A-Fa-f]+|[0-9]+)/.exec(this.rest());
    if (!match) this.fail("an integer");
    const negative = match[0].startsWith("-");
    const value = Number(negative ? match[0].slice(1) : match[0]);
    if (!Number.isSafeInteger(value)) this.fail("an integer of at most 53 bits");
    this.position += match[0].length;
    return negative && value !== 0 ? -value : value;
  }

  #address(): string {
    // Addresses hold single dots; a double dot is a range.
    const match = /^(?:[0-9A-Fa-f:]|\.(?!\.))+(?:\/[0-9]{1,3})?/.exec(this.rest());
    const [address, bits] = match?.[0].split("/") ?? [];
    const family = isIP(address ?? "");
    if (!match || family === 0 || Number(bits ?? 0) > (family === 4 ? 32 : 128)) {
      this.fail("an IP address or CIDR block, without quotes");
    }
    if (bits !== undefined && !isNetwork(address!, Number(bits))) {
      this.fail("a CIDR block whose address has no bit set beyond the prefix");
    }
    this.position += match[0].length;
    return match[0];
  }
}

function ascends(from: Literal, to: Literal): boolean {
  if (from.kind !== "ip" || to.kind !== "ip") return from.value <= to.value;
  if (from.value.includes("/") || to.value.includes("/")) return false;
  return isIP(from.value) === isIP(to.value) && addressNumber(from.value) <= addressNumber(to.value);
}
