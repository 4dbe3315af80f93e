import pc from "picocolors";
import type { Drifted, DriftReport } from "./report.ts";

const longest = 100;

/** The report for a terminal. */
export function printDrift({ stack, read, drifted, ignored, untold, repair }: DriftReport): string {
  const head =
    drifted.length === 0
      ? pc.green(`Stack ${stack}: no drift in ${read} resources`)
      : pc.red(`Stack ${stack}: ${drifted.length} of ${read} resources are not as they were applied`);
  const notes = [...new Map(ignored.map((each) => [`${each.name}.${each.path}`, each])).values()];
  return [
    pc.bold(head),
    ...drifted.flatMap((each) => ["", ...lines(each)]),
    ...(notes.length > 0
      ? [
          "",
          pc.dim(
            `Ignored: ${notes.map(({ name, path, reason }) => `${name} ${path} (${reason})`).join("; ")}`,
          ),
        ]
      : []),
    ...(untold.length > 0 ? ["", pc.dim(`Not told by the vendors: ${untold.join("; ")}`)] : []),
    ...(repair ? ["", `Repair: ${pc.bold(repair)}`] : []),
  ].join("\n");
}

function lines({ name, type, path, gone, differences }: Drifted): string[] {
  const where = [...path, name].join(" › ");
  const width = Math.max(...differences.map(({ path }) => path.length), 0);
  return [
    `${pc.cyan(where)}  ${pc.dim(type.split(":").at(-1) ?? type)}${gone ? `  ${pc.red("gone")}` : ""}`,
    ...differences.map(
      ({ path, declared, found }) =>
        `  ${path.padEnd(width)}  ${pc.green(shown(declared))} → ${pc.red(shown(found))}`,
    ),
  ];
}

function shown(value: string | undefined): string {
  if (value === undefined) return "(nothing)";
  return value.length > longest ? `${value.slice(0, longest - 1)}…` : value;
}
