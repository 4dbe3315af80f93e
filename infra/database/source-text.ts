import { scanSync } from "libpg-query";

interface Token {
  readonly start: number;
  readonly end: number;
}

/** A file's text by Postgres's own scanner: on one line, without comments. Places are bytes, as the parser gives them. */
export interface SourceText {
  /** The column or constraint that begins there, up to the comma or bracket that ends it. */
  element(start: number): string;
  /** The whole of the statement that the place lies in. */
  statement(inside: number): string;
}

export function sourceText(sql: string): SourceText {
  const bytes = Buffer.from(sql);
  const tokens = scanSync(sql).tokens.filter(({ tokenName }) => !/COMMENT/.test(tokenName));
  const textOf = ({ start, end }: Token) => bytes.subarray(start, end).toString();
  const line = (some: readonly Token[]) =>
    some
      .map((token, index) => (index > 0 && some[index - 1]?.end !== token.start ? " " : "") + textOf(token))
      .join("")
      .replace(/\( /g, "(")
      .replace(/ \)/g, ")");
  return {
    element(start) {
      const rest = tokens.filter((token) => token.start >= start);
      let depth = 0;
      const end = rest.findIndex((token) => {
        const text = textOf(token);
        if (depth === 0 && [",", ")", ";"].includes(text)) return true;
        if (text === "(") depth++;
        if (text === ")") depth--;
        return false;
      });
      return line(end === -1 ? rest : rest.slice(0, end));
    },
    statement(inside) {
      const semicolons = tokens.filter((token) => textOf(token) === ";");
      const from = semicolons.findLast(({ start }) => start < inside)?.end ?? 0;
      const to = semicolons.find(({ start }) => start >= inside)?.start ?? bytes.length;
      return line(tokens.filter(({ start }) => start >= from && start < to));
    },
  };
}
