/** A field that is asked for, its arguments with the variables' values put in. */
export interface Field {
  readonly name: string;
  /** What it is called in the answer. */
  readonly alias: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What is asked of its value; none for a scalar. */
  readonly fields: readonly Field[];
}

/** A query that cannot be read or asks for what there is not; the message is in the API's words. */
export class QueryError extends Error {}

const TOKEN = /\s*(?:#[^\n]*\s*)*(,|\$\w+|\w+|"(?:[^"\\]|\\.)*"|-?\d+|[{}()[\]:!=])/y;

/**
 * Reads the one operation of a query: what Cloudflare's examples use. There are no fragments and no directives.
 * @throws QueryError
 */
export function parseQuery(text: string, variables: Readonly<Record<string, unknown>>): Field[] {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = () => tokens[at];
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new QueryError(`syntax error: unexpected ${token ?? "end"}`);
    return token;
  };
  const accept = (token: string) => peek() === token && take() !== undefined;

  const value = (): unknown => {
    const token = take();
    if (token === "[") {
      const list: unknown[] = [];
      while (!accept("]")) list.push(value());
      return list;
    }
    if (token === "{") return named("}");
    if (token.startsWith("$")) return variables[token.slice(1)];
    // An enumeration's value, such as `count_DESC`, is no JSON.
    return /^("|-?\d|true$|false$|null$)/.test(token) ? JSON.parse(token) : token;
  };
  const named = (end: string): Record<string, unknown> => {
    const entries: Record<string, unknown> = {};
    while (!accept(end)) {
      const name = take();
      take(":");
      entries[name] = value();
    }
    return entries;
  };
  const selection = (): Field[] => {
    const fields: Field[] = [];
    take("{");
    while (!accept("}")) {
      const alias = take();
      const name = accept(":") ? take() : alias;
      const args = accept("(") ? named(")") : {};
      fields.push({ name, alias, args, fields: peek() === "{" ? selection() : [] });
    }
    return fields;
  };

  // Before the selection: `query Name($variable: Type)`.
  while (peek() !== undefined && peek() !== "{") take();
  const fields = selection();
  if (peek() !== undefined) throw new QueryError("only one operation is expected");
  return fields;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const source = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const [, token = ""] = TOKEN.exec(source) ?? [];
    if (token === "") throw new QueryError(`syntax error at ${at}`);
    // Commas are white space.
    if (token !== ",") tokens.push(token);
  }
  return tokens;
}
