import type { Answered } from "../edge/traffic.ts";
import { QueryError, type Field } from "./graphql-query.ts";

/** A zone that the token may not see. */
export class Unauthorized extends Error {}

/** A table that can be asked: which columns group and filter it, and what is summed. */
interface Dataset {
  readonly count: boolean;
  readonly dimensions: Readonly<Record<string, (answered: Answered) => string>>;
  readonly sums: Readonly<Record<string, (answered: Answered) => number>>;
}

/** What Cloudflare counts as answered by its cache. */
const cached = new Set(["HIT", "STALE", "UPDATING", "REVALIDATED"]);
const isCached = ({ cacheStatus }: Answered) => cached.has(cacheStatus);
const datetime = ({ time }: Answered) => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");

const datasets: Readonly<Record<string, Dataset>> = {
  httpRequestsAdaptiveGroups: {
    count: true,
    dimensions: {
      datetime,
      cacheStatus: ({ cacheStatus }) => cacheStatus.toLowerCase(),
      clientRequestHTTPHost: ({ host }) => host,
      clientRequestPath: ({ path }) => path,
      // Nothing of Cloudflare's own comes by here.
      requestSource: () => "eyeball",
    },
    sums: { edgeResponseBytes: ({ bytes }) => bytes },
  },
  httpRequests1hGroups: {
    count: false,
    dimensions: { datetime },
    sums: {
      requests: () => 1,
      cachedRequests: (answered) => Number(isCached(answered)),
      bytes: ({ bytes }) => bytes,
      cachedBytes: (answered) => (isCached(answered) ? answered.bytes : 0),
    },
  },
};

/**
 * Answers a query's fields, `viewer { zones(filter: { zoneTag }) { dataset … } }`.
 * @param zones those that the token may see
 * @throws QueryError, or Unauthorized for another zone
 */
export function analytics(
  query: readonly Field[],
  zones: readonly string[],
  traffic: readonly Answered[],
): object {
  return each(query, {
    viewer: (viewer) =>
      each(viewer.fields, {
        zones: (field) => {
          const zone = (field.args["filter"] as { zoneTag?: string } | undefined)?.zoneTag;
          if (zone === undefined || !zones.includes(zone))
            throw new Unauthorized(`zones ${JSON.stringify([zone])} are not authorized`);
          const own = traffic.filter(({ zoneId }) => zoneId === zone);
          const tables = Object.entries(datasets).map(
            ([name, dataset]) => [name, (asked: Field) => groups(asked, dataset, own)] as const,
          );
          return [each(field.fields, Object.fromEntries(tables))];
        },
      }),
  });
}

function groups(field: Field, { count, dimensions, sums }: Dataset, traffic: readonly Answered[]): object[] {
  const { filter = {}, limit, orderBy } = field.args;
  const most = Number(limit);
  if (!(most > 0 && most <= 10_000))
    throw new QueryError("limit must be positive number and not greater than 10000");
  const asked = field.fields.find(({ name }) => name === "dimensions")?.fields ?? [];
  const columns = asked.map(({ alias, name }) => [alias, known(dimensions, name)] as const);
  const matches = conditions(filter as Record<string, unknown>, dimensions);

  const found = new Map<string, { dimensions: Record<string, string>; answers: Answered[] }>();
  for (const answered of traffic.filter(matches)) {
    const values = Object.fromEntries(columns.map(([alias, column]) => [alias, column(answered)]));
    const key = JSON.stringify(values);
    const group = found.get(key) ?? { dimensions: values, answers: [] };
    group.answers.push(answered);
    found.set(key, group);
  }
  const ordered = [...found.values()];
  if (String(orderBy) === "count_DESC")
    ordered.sort((left, right) => right.answers.length - left.answers.length);
  return ordered.slice(0, most).map((group) =>
    each(field.fields, {
      dimensions: () => group.dimensions,
      sum: (sum) =>
        Object.fromEntries(
          sum.fields.map(({ alias, name }) => {
            const column = known(sums, name);
            return [alias, group.answers.reduce((total, answered) => total + column(answered), 0)];
          }),
        ),
      ...(count && { count: () => group.answers.length }),
    }),
  );
}

const operators: Readonly<Record<string, (left: string, right: unknown) => boolean>> = {
  geq: (left, right) => left >= String(right),
  gt: (left, right) => left > String(right),
  leq: (left, right) => left <= String(right),
  lt: (left, right) => left < String(right),
  neq: (left, right) => left !== right,
  in: (left, right) => Array.isArray(right) && right.includes(left),
};

/** All of a filter's conditions, such as `datetime_geq`. */
function conditions(filter: Record<string, unknown>, dimensions: Dataset["dimensions"]) {
  const each = Object.entries(filter).map(([key, value]) => {
    const [, name = key, operator] = /^(\w+?)_([a-z]+)$/.exec(key) ?? [];
    const column = known(dimensions, name);
    const holds = operator ? known(operators, operator) : (left: string, right: unknown) => left === right;
    return (answered: Answered) => holds(column(answered), value);
  });
  return (answered: Answered) => each.every((holds) => holds(answered));
}

/** The answer to each field by its alias. */
function each(
  fields: readonly Field[],
  resolvers: Readonly<Record<string, (field: Field) => unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.alias, known(resolvers, field.name)(field)]));
}

function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new QueryError(`unknown field "${name}"`);
  return found;
}
