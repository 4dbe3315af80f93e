/** One property that differs, as a reviewer reads it. */
export interface PropertyChange {
  /** `rules[media].expression`, `secrets[R2_BUCKET_NAME].value`. */
  readonly path: string;
  /** Absent where the property is new. */
  readonly before?: string;
  /** Absent where the property goes. */
  readonly after?: string;
}

const secret = "[secret]";

/** Every difference between two values of a plan, secrets masked on both sides. */
export function compareValues(before: unknown, after: unknown, path = ""): PropertyChange[] {
  if (before === undefined && after === undefined) return [];
  if (isObject(before) && isObject(after)) {
    return namesOf(before, after).flatMap((name) =>
      compareValues(before[name], after[name], path === "" ? name : `${path}.${name}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, path);
  const [left, right] = [JSON.stringify(before), JSON.stringify(after)];
  if (left === right) return [];
  // A value that was plain and is now secret, or the other way round, must not be told by the side that is plain.
  const masked = holdsSecret(before) || holdsSecret(after);
  return [
    {
      path,
      ...(left !== undefined && { before: masked ? secret : left }),
      ...(right !== undefined && { after: masked ? secret : right }),
    },
  ];
}

/** Items that have a name of their own are compared by it, whatever their place. */
function compareLists(before: readonly unknown[], after: readonly unknown[], path: string): PropertyChange[] {
  const key = keyOf([...before, ...after]);
  if (key === undefined || !unique(before, key) || !unique(after, key)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      compareValues(before[index], after[index], `${path}[${index}]`),
    ).flat();
  }
  const byName = (items: readonly unknown[]) =>
    new Map(items.map((item) => [String((item as Values)[key]), item]));
  const [left, right] = [byName(before), byName(after)];
  const changes = [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .flatMap((name) => compareValues(left.get(name), right.get(name), `${path}[${name}]`));
  const kept = (items: Map<string, unknown>, others: Map<string, unknown>) =>
    [...items.keys()].filter((name) => others.has(name)).join(", ");
  const [order, newOrder] = [kept(left, right), kept(right, left)];
  return order === newOrder
    ? changes
    : [...changes, { path: `${path} (order)`, before: order, after: newOrder }];
}

type Values = Readonly<Record<string, unknown>>;

const itemKeys = ["ref", "id", "name"];

/** The property that names the items of a list, if all have it. */
function keyOf(items: readonly unknown[]): string | undefined {
  return itemKeys.find((key) => items.every((item) => isObject(item) && typeof item[key] === "string"));
}

function unique(items: readonly unknown[], key: string): boolean {
  return new Set(items.map((item) => (item as Values)[key])).size === items.length;
}

function holdsSecret(value: unknown): boolean {
  if (value === secret) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsSecret);
}

function namesOf(left: Values, right: Values): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
