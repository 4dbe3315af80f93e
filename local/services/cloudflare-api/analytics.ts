import type { Answered } from "../edge/traffic.ts";
import type { R2Operations, R2Storage, R2Usage } from "../object-store/usage.ts";
import { QueryError, type Field } from "./graphql-query.ts";

/** A zone or an account that the token may not see. */
export class Unauthorized extends Error {}

/** A table that can be asked: which columns group and filter it, and what is summed. */
interface Dataset<Row> {
  readonly count: boolean;
  readonly dimensions: Readonly<Record<string, (row: Row) => string>>;
  readonly sums: Readonly<Record<string, (row: Row) => number>>;
  /** Of what the greatest is told. */
  readonly maxima: Readonly<Record<string, (row: Row) => number>>;
}

/** What Cloudflare counts as answered by its cache. */
const cached = new Set(["HIT", "STALE", "UPDATING", "REVALIDATED"]);
const isCached = ({ cacheStatus }: Answered) => cached.has(cacheStatus);
const datetime = ({ time }: { readonly time: number }) =>
  new Date(time).toISOString().replace(/\.\d+Z$/, "Z");

const ofZone: Readonly<Record<string, Dataset<Answered>>> = {
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
    maxima: {},
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
    maxima: {},
  },
};

const r2Operations: Dataset<R2Operations> = {
  count: false,
  dimensions: {
    datetime,
    bucketName: ({ bucketName }) => bucketName,
    actionType: ({ actionType }) => actionType,
  },
  sums: { requests: ({ requests }) => requests },
  maxima: {},
};

const r2Storage: Dataset<R2Storage> = {
  count: false,
  dimensions: { datetime, bucketName: ({ bucketName }) => bucketName },
  sums: {},
  maxima: {
    payloadSize: ({ payloadSize }) => payloadSize,
    // Headers take room that nobody measures here.
    metadataSize: () => 0,
    objectCount: ({ objectCount }) => objectCount,
  },
};

/** What may be asked about, and by whom. */
export interface Analysed {
  /** Those that the token may see. */
  readonly zones: readonly string[];
  readonly accounts?: readonly string[];
  readonly traffic: readonly Answered[];
  readonly r2?: R2Usage;
}

/**
 * Answers a query's fields, `viewer { zones(filter: { zoneTag }) { dataset … } }`, or `accounts(filter: { accountTag })`.
 * @throws QueryError, or Unauthorized for another zone or account
 */
export function analytics(
  query: readonly Field[],
  { zones, accounts = [], traffic, r2 = { operations: [], storage: [] } }: Analysed,
): object {
  return each(query, {
    viewer: (viewer) =>
      each(viewer.fields, {
        zones: (field) => {
          const zone = tagOf(field, "zone", zones);
          const own = traffic.filter(({ zoneId }) => zoneId === zone);
          const tables = Object.entries(ofZone).map(
            ([name, dataset]) => [name, (asked: Field) => groups(asked, dataset, own)] as const,
          );
          return [each(field.fields, Object.fromEntries(tables))];
        },
        accounts: (field) => {
          const account = tagOf(field, "account", accounts);
          const own = <Row extends { accountId: string }>(rows: readonly Row[]) =>
            rows.filter(({ accountId }) => accountId === account);
          return [
            each(field.fields, {
              r2OperationsAdaptiveGroups: (asked) => groups(asked, r2Operations, own(r2.operations)),
              r2StorageAdaptiveGroups: (asked) => groups(asked, r2Storage, own(r2.storage)),
            }),
          ];
        },
      }),
  });
}

/** The zone or account that a field is about, of those that may be seen. */
function tagOf({ args }: Field, of: "zone" | "account", seen: readonly string[]): string {
  const tag = (args["filter"] as Record<string, string> | undefined)?.[`${of}Tag`];
  if (tag === undefined || !seen.includes(tag))
    throw new Unauthorized(`${of}s ${JSON.stringify([tag])} are not authorized`);
  return tag;
}

function groups<Row>(
  field: Field,
  { count, dimensions, sums, maxima }: Dataset<Row>,
  rows: readonly Row[],
): object[] {
  const { filter = {}, limit, orderBy } = field.args;
  const most = Number(limit);
  if (!(most > 0 && most <= 10_000))
    throw new QueryError("limit must be positive number and not greater than 10000");
  const asked = field.fields.find(({ name }) => name === "dimensions")?.fields ?? [];
  const columns = asked.map(({ alias, name }) => [alias, known(dimensions, name)] as const);
  const matches = conditions(filter as Record<string, unknown>, dimensions);

  const found = new Map<string, { dimensions: Record<string, string>; rows: Row[] }>();
  for (const row of rows.filter(matches)) {
    const values = Object.fromEntries(columns.map(([alias, column]) => [alias, column(row)]));
    const key = JSON.stringify(values);
    const group = found.get(key) ?? { dimensions: values, rows: [] };
    group.rows.push(row);
    found.set(key, group);
  }
  const ordered = [...found.values()];
  if (String(orderBy) === "count_DESC") ordered.sort((left, right) => right.rows.length - left.rows.length);
  return ordered.slice(0, most).map((group) =>
    each(field.fields, {
      dimensions: () => group.dimensions,
      sum: (sum) =>
        Object.fromEntries(
          sum.fields.map(({ alias, name }) => {
            const column = known(sums, name);
            return [alias, group.rows.reduce((total, row) => total + column(row), 0)];
          }),
        ),
      max: (max) =>
        Object.fromEntries(
          max.fields.map(({ alias, name }) => [alias, Math.max(...group.rows.map(known(maxima, name)))]),
        ),
      ...(count && { count: () => group.rows.length }),
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
function conditions<Row>(filter: Record<string, unknown>, dimensions: Dataset<Row>["dimensions"]) {
  const each = Object.entries(filter).map(([key, value]) => {
    const [, name = key, operator] = /^(\w+?)_([a-z]+)$/.exec(key) ?? [];
    const column = known(dimensions, name);
    const holds = operator ? known(operators, operator) : (left: string, right: unknown) => left === right;
    return (row: Row) => holds(column(row), value);
  });
  return (row: Row) => each.every((holds) => holds(row));
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
