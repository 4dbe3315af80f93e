import type { AlterTableCmd, AlterTableStmt, Constraint, RangeVar } from "libpg-query";
import type { Effect, Lock } from "./locks.ts";
import { tableName } from "./names.ts";

/** The locks of ALTER TABLE: the strongest of its parts, and those on other tables that they name. */
export function alterTableLocks({ relation, cmds = [], objtype }: AlterTableStmt): Partial<Effect> {
  const table = relation && tableName(relation);
  // An index, a view or a sequence is changed in a moment.
  const commands = cmds.flatMap((cmd) => ("AlterTableCmd" in cmd ? [cmd.AlterTableCmd] : []));
  const locks = commands.flatMap((command) => locksOf(command, table));
  const dropped = commands.filter(({ subtype }) => subtype === "AT_DropColumn").map(({ name }) => name);
  return {
    locks: objtype === "OBJECT_INDEX" ? [] : locks,
    ...(dropped.length > 0 && { loses: `column ${dropped.join(", ")} of ${table ?? "a table"}` }),
  };
}

/** Changes of what the planner or vacuum knows of a table. */
const light = [
  "AT_SetStatistics",
  "AT_SetOptions",
  "AT_ResetOptions",
  "AT_SetRelOptions",
  "AT_ResetRelOptions",
  "AT_ClusterOn",
  "AT_DropCluster",
];
const triggers = /^AT_(Enable|Disable)(Always|Replica)?(Trig|Rule)/;

function locksOf(command: AlterTableCmd, table: string | undefined): Lock[] {
  const on = (mode: Lock["mode"], lasts: Lock["lasts"], other: string | undefined = table): Lock => ({
    ...(other !== undefined && { table: other }),
    mode,
    lasts,
  });
  const { subtype = "", def } = command;
  if (light.includes(subtype)) return [on("SHARE UPDATE EXCLUSIVE", "moment")];
  if (triggers.test(subtype)) return [on("SHARE ROW EXCLUSIVE", "moment")];
  switch (subtype) {
    case "AT_AddColumn": {
      const text = JSON.stringify(def);
      return [on("ACCESS EXCLUSIVE", rewrites(text) ? "work" : "moment"), ...references(text, on)];
    }
    case "AT_AddConstraint":
      return def && "Constraint" in def ? addConstraint(def.Constraint, on) : [];
    case "AT_ValidateConstraint":
      return [on("SHARE UPDATE EXCLUSIVE", "work")];
    case "AT_SetNotNull":
    case "AT_AlterColumnType":
    case "AT_SetTableSpace":
    case "AT_SetLogged":
    case "AT_SetUnLogged":
      return [on("ACCESS EXCLUSIVE", "work")];
    case "AT_AttachPartition": {
      const partition = def && "PartitionCmd" in def ? def.PartitionCmd.name : undefined;
      return [
        on("SHARE UPDATE EXCLUSIVE", "work"),
        ...(partition ? [on("ACCESS EXCLUSIVE", "work", tableName(partition))] : []),
      ];
    }
    default:
      return [on("ACCESS EXCLUSIVE", "moment")];
  }
}

type On = (mode: Lock["mode"], lasts: Lock["lasts"], other?: string) => Lock;

function addConstraint(constraint: Constraint, on: On): Lock[] {
  const lasts = constraint.skip_validation ? "moment" : "work";
  if (constraint.contype === "CONSTR_FOREIGN") {
    const { pktable } = constraint;
    return [
      on("SHARE ROW EXCLUSIVE", lasts),
      ...(pktable ? [on("SHARE ROW EXCLUSIVE", lasts, tableName(pktable))] : []),
    ];
  }
  // A unique index that is there already is only given a name.
  return [on("ACCESS EXCLUSIVE", constraint.indexname ? "moment" : lasts)];
}

/** A new column's default is computed once, unless each row has to have its own. */
const volatile = /"sval":"(random|gen_random_uuid|uuid_generate_v\d\w*|clock_timestamp|timeofday|nextval)"/;

function rewrites(definition: string): boolean {
  return (
    volatile.test(definition) ||
    /"contype":"CONSTR_(IDENTITY|GENERATED)"/.test(definition) ||
    /"sval":"(small|big)?serial\d?"/.test(definition)
  );
}

/** A column that refers to another table, which waits for writers there. */
function references(definition: string, on: On): Lock[] {
  const table = /"pktable":(\{[^}]*\})/.exec(definition)?.[1];
  return table ? [on("SHARE ROW EXCLUSIVE", "moment", tableName(JSON.parse(table) as RangeVar))] : [];
}
