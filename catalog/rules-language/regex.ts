/**
 * Cloudflare's regular expressions are those of Rust's `regex`, which has neither look-around nor back-references.
 * Returns why the pattern would be refused, or undefined when it is fine.
 */
export function regexProblem(pattern: string): string | undefined {
  const withoutEscapes = pattern.replace(/\\\\/g, "");
  if (/\(\?<?[=!]/.test(withoutEscapes)) return "look-around, which Rust's regex does not have";
  if (/\\[1-9]/.test(withoutEscapes)) return "a back-reference, which Rust's regex does not have";
  try {
    compileRegex(pattern);
    return undefined;
  } catch (error) {
    return `no regular expression (${(error as Error).message})`;
  }
}

const compiled = new Map<string, RegExp>();

/** The pattern as a JavaScript RegExp; leading inline flags such as `(?i)` are honoured. Kept, for rules run often. */
export function compileRegex(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  const expression = new RegExp(inline ? pattern.slice(inline[0].length) : pattern, `u${inline?.[1] ?? ""}`);
  compiled.set(pattern, expression);
  return expression;
}

/** A wildcard pattern (`*` for anything, `\*` and `\\` for themselves) as a RegExp over the whole text. */
export function compileWildcard(pattern: string, caseSensitive: boolean): RegExp {
  const key = `${caseSensitive ? "s" : "i"}*${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const source = pattern.replace(/\\[*\\]|[\s\S]/g, (part) =>
    part === "*" ? "[\\s\\S]*" : escapeRegex(part.length === 2 ? part.slice(1) : part),
  );
  const expression = new RegExp(`^${source}$`, caseSensitive ? "" : "i");
  compiled.set(key, expression);
  return expression;
}

/** Cloudflare refuses a double star and an escape of anything but `*` and `\`. */
export function wildcardProblem(pattern: string): string | undefined {
  const withoutEscapes = pattern.replace(/\\[*\\]/g, "-");
  if (withoutEscapes.includes("**")) return "a double star";
  if (withoutEscapes.includes("\\")) return "an escape other than \\* and \\\\";
  return undefined;
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
