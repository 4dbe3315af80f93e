import type { RangeVar } from "libpg-query";

/** A table's name with its schema, which is `public` where none is written. */
export function tableName({ schemaname = "public", relname = "" }: RangeVar): string {
  return `${schemaname}.${relname}`;
}
