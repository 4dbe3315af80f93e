import { queryError } from "../errors.ts";

/** A value sent beside the statement. Text, as everything in a request is; lists become arrays. */
type Value = string | number | null | readonly string[];

/**
 * A piece of SQL. It can be made of literals of this source, of identifiers, which are quoted, and of parameters,
 * which are sent apart from the text: there is no way to put a plain string into one.
 */
export class Fragment {
  /** Use `sql`, `identifier`, `parameter` or `catalogText`. */
  constructor(private readonly parts: readonly (string | Fragment | { readonly value: Value })[]) {}

  /** Text with `$1`, `$2`, …, and their values. */
  render(): { text: string; values: Value[] } {
    const values: Value[] = [];
    const text: string[] = [];
    const write = (fragment: Fragment): void => {
      for (const part of fragment.parts) {
        if (typeof part === "string") text.push(part);
        else if (part instanceof Fragment) write(part);
        else text.push(`$${values.push(part.value)}`);
      }
    };
    write(this);
    return { text: text.join(""), values };
  }
}

/** A template of SQL: only fragments can be put in. */
export function sql(strings: TemplateStringsArray, ...fragments: readonly Fragment[]): Fragment {
  return new Fragment(
    strings.flatMap((text, index) => (index < fragments.length ? [text, fragments[index]!] : [text])),
  );
}

/** A quoted name, or several joined by dots. Throws PGRST100 for the one character that Postgres cannot quote. */
export function identifier(...names: readonly string[]): Fragment {
  const quoted = names.map((name) => {
    if (name.includes("\0")) throw queryError("A name contains a null character");
    return `"${name.replaceAll('"', '""')}"`;
  });
  return new Fragment([quoted.join(".")]);
}

export function parameter(value: Value): Fragment {
  return new Fragment([{ value }]);
}

/**
 * SQL that Postgres itself wrote: type names of `format_type`, defaults of `pg_get_expr`. Never text of a request, but for the
 * words that `castType` lets through. */
export function catalogText(text: string): Fragment {
  return new Fragment([text]);
}

export const nothing = new Fragment([]);

export function join(fragments: readonly Fragment[], separator: string): Fragment {
  return new Fragment(fragments.flatMap((fragment, index) => (index ? [separator, fragment] : [fragment])));
}

/** A fixed table of words in this source, as fragments. */
export function constants<K extends string>(
  words: Readonly<Record<K, string>>,
): Readonly<Record<K, Fragment>> {
  const entries = Object.entries<string>(words).map(([key, word]) => [key, new Fragment([word])]);
  return Object.fromEntries(entries) as Record<K, Fragment>;
}
