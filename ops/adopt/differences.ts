import { isDeepStrictEqual } from "node:util";
import type { Entry } from "../../catalog/catalog.ts";
import { withDefaults } from "../../catalog/defaults.ts";
import type { Values } from "./existing.ts";

/** One place where what exists is not what is declared. */
export interface Difference {
  /** Such as `rules[0].expression` or `auth.site_url`. */
  readonly path: string;
  /** The property that the path lies in. */
  readonly property: string;
  /** Absent where there is nothing, or the vendor does not tell. */
  readonly existing?: unknown;
  /** Absent where nothing is declared. */
  readonly declared?: unknown;
}

/** As a plan shows what it may not or cannot tell. */
const untold = new Set<unknown>(["[secret]", "(known after up)"]);
const secretKey = /(secrets?|pass|password|token|_key|apikey)(\[\d+\])?$/i;
/** Supabase's settings: JSON in a text, of which only the declared keys are the stack's. */
const isJson = (value: unknown): value is string => typeof value === "string" && /^\s*\{/.test(value);

/**
 * What of the declared properties is otherwise at the vendor, secrets masked.
 * @param entry of the catalog; absent for what is no provider's
 */
export function differences(entry: Entry | undefined, declared: Values, existing: Values): Difference[] {
  const wanted = entry ? withDefaults(entry, declared) : declared;
  const secret = new Set([...(entry?.secretInputs ?? []), ...(entry?.secretOutputs ?? [])]);
  return Object.keys(declared)
    .filter((name) => name in existing && wanted[name] !== undefined)
    .flatMap((property) => {
      const [left, right] = [existing[property], wanted[property]];
      const pairs =
        isJson(left) && isJson(right)
          ? compare(JSON.parse(left), JSON.parse(right), property)
          : [...compare(left, right, property), ...undeclared(left, right, property)];
      const hidden = secret.has(property);
      return pairs.map(({ path, ...values }) => ({ path, property, ...(hidden ? masked(values) : values) }));
    });
}

type Pair = Omit<Difference, "property">;

function compare(existing: unknown, declared: unknown, path: string): Pair[] {
  if (untold.has(declared)) return [{ path, existing, declared }];
  if (Array.isArray(existing) && Array.isArray(declared)) {
    if (!declared.some(isObject))
      return isDeepStrictEqual(existing, declared) ? [] : [{ path, existing, declared }];
    const length = Math.max(existing.length, declared.length);
    return Array.from({ length }, (_, index) =>
      compare(existing[index], declared[index], `${path}[${index}]`),
    ).flat();
  }
  if (isObject(existing) && isObject(declared)) {
    return Object.keys(declared)
      .flatMap((key) => compare(existing[key], declared[key], `${path}.${key}`))
      .map((pair) => (secretKey.test(pair.path) ? { path: pair.path, ...masked(pair) } : pair));
  }
  return isDeepStrictEqual(existing, declared) ? [] : [{ path, existing, declared }];
}

/** Lists and objects within a declared property that nobody declares and that would be taken away, such as a header. */
function undeclared(existing: unknown, declared: unknown, path: string): Pair[] {
  if (Array.isArray(existing) && Array.isArray(declared))
    return declared.flatMap((item, index) => undeclared(existing[index], item, `${path}[${index}]`));
  if (!isObject(existing) || !isObject(declared)) return [];
  return Object.entries(existing).flatMap(([key, value]) => {
    const within = `${path}.${key}`;
    if (key in declared) return undeclared(value, declared[key], within);
    const isEmpty = typeof value !== "object" || value === null || Object.keys(value).length === 0;
    // What a header holds may open something.
    const shown = path.endsWith("header") ? "[secret]" : value;
    return isEmpty ? [] : [{ path: within, existing: shown }];
  });
}

const masked = ({ existing, declared }: Omit<Pair, "path">) => ({
  ...(existing !== undefined && { existing: "[secret]" }),
  ...(declared !== undefined && { declared: untold.has(declared) ? declared : "[secret]" }),
});

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
