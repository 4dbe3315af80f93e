/** A value of unknown shape, read with care: rules are stored as they were declared. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The object at a path of property names, or an empty one. */
export function objectAt(value: unknown, ...path: readonly string[]): Parameters {
  const found = path.reduce<unknown>(
    (current, name) => (isObject(current) ? current[name] : undefined),
    value,
  );
  return isObject(found) ? found : {};
}

/** The strings of a list, or none. */
export function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function isObject(value: unknown): value is Parameters {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
