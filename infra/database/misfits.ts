import type { Problem } from "../../catalog/problem.ts";
import type { FoundColumn, FoundTable } from "./existing.ts";
import type { Column, Table } from "./tables.ts";

const kinds: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view",
  f: "a foreign table",
};

/** Where a table is not as the files make it, each with the statement to run by hand. What it has beyond that is its own. */
export function misfits(table: Table, found: FoundTable | undefined): Problem[] {
  const { name, place, statement } = table;
  if (!found) return [{ key: name, value: "missing", limit: `${place} makes it`, fix: `${statement};` }];
  const kind = kinds[found.kind];
  if (kind !== undefined) {
    const what = kind.replace(/^a /, "");
    return [
      {
        key: name,
        value: kind,
        limit: `${place} makes a table of that name`,
        fix: `alter ${what} ${found.quoted} rename to ${name.replace(/^\w+\./, "")}_before;`,
      },
    ];
  }
  return [...table.columns].flatMap(([column, wanted]) =>
    columnMisfits(`${name}.${column}`, wanted, found, found.columns.get(column)),
  );
}

function columnMisfits(key: string, wanted: Column, table: FoundTable, found?: FoundColumn): Problem[] {
  const { place, definition, type, notNull } = wanted;
  const alter = `alter table ${table.quoted}`;
  if (!found) {
    const needsValue = notNull && !/\b(default|generated|serial)\b/i.test(definition);
    return [
      {
        key,
        value: "missing",
        limit: `${place} declares it`,
        fix: `${alter} add column ${definition};${needsValue ? " -- rows that are there need a value first: add it without `not null`, fill it, then set it" : ""}`,
      },
    ];
  }
  const problems: Problem[] = [];
  if (found.type !== type) {
    problems.push({
      key,
      value: found.type,
      limit: `${place} declares ${type}, which is another type`,
      fix: `${alter} alter column ${found.quoted} type ${type} using ${conversion(found, type)};`,
    });
  }
  if (notNull && !found.notNull) {
    problems.push({
      key,
      value: "may be null",
      limit: `${place} declares it not null`,
      fix: `${alter} alter column ${found.quoted} set not null; -- once every row has a value`,
    });
  }
  return problems;
}

/** A bare cast between times with and without a zone would take the session's time zone. */
function conversion({ quoted, type: from }: FoundColumn, to: string): string {
  const zones = new Set([from, to].map((type) => /^timestamp.* (with|without) time zone$/.exec(type)?.[1]));
  return zones.has("with") && zones.has("without") ? `${quoted} at time zone 'UTC'` : `${quoted}::${to}`;
}
