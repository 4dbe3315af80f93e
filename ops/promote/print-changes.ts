import pc from "picocolors";
import { needsEye, type ResourceChange } from "../review/changes.ts";
import type { SqlFile } from "../sql/files.ts";

/** A title with the tally, and one line per change, the most dangerous first. */
export function printChanges(changes: readonly ResourceChange[], verbose: boolean): [string, string[]] {
  const tally = (["create", "update", "run again", "replace", "delete"] as const)
    .map((what) => ({ what, count: changes.filter((change) => whatOf(change) === what).length }))
    .filter(({ count }) => count > 0)
    .map(({ what, count }) => `${count} to ${what}`);
  const title = `Resources: ${tally.join(", ") || "none changes"}`;
  return [
    title,
    changes.flatMap((change) => [changeLine(change), ...(verbose ? propertyLines(change) : [])]),
  ];
}

const whatOf = ({ kind, routine }: ResourceChange) => (kind === "replace" && routine ? "run again" : kind);

function changeLine(change: ResourceChange): string {
  const { kind, type, name, properties, replacedBy, loss, interruption, routine, refused } = change;
  const why =
    kind === "update"
      ? `: ${listed(properties.map(({ path }) => path))}`
      : kind === "replace" && !routine
        ? `: ${listed(replacedBy)} cannot be changed in place`
        : "";
  const line = [
    `${needsEye(change) ? "!" : " "} ${whatOf(change).padEnd(9)} ${name} (${shortType(type)})${why}`,
    ...(loss ? [`loses ${loss.what}`] : []),
    ...(interruption ? [interruption] : []),
    ...(refused ? ["refused by the engine: it is protected"] : []),
  ].join("; ");
  if (!needsEye(change)) return line;
  return loss?.of === "data" || refused ? pc.red(line) : pc.yellow(line);
}

function propertyLines({ properties }: ResourceChange): string[] {
  return properties.flatMap(({ path, before, after }) => [
    ...(before === undefined ? [] : [pc.dim(`      - ${path}: ${before}`)]),
    ...(after === undefined ? [] : [pc.dim(`      + ${path}: ${after}`)]),
  ]);
}

/** Each file, then each statement that locks a table that is there before; all of them where asked for. */
export function printSql(files: readonly SqlFile[], verbose: boolean): string[] {
  return files.flatMap(({ label, statements, problems }) => {
    const told = statements.filter(
      ({ locks, loses, unknown }) => verbose || locks.length > 0 || loses || unknown,
    );
    return [
      `${label}${told.length === 0 ? ": locks nothing that is there before" : ""}`,
      ...problems.map(({ value, limit }) => pc.red(`  ! refused by the runner: ${value}, but ${limit}`)),
      ...told.flatMap(({ line, text, locks, blocks, loses, unknown }) => [
        `    ${line}: ${text}`,
        ...locks.map(
          ({ mode, table = "its table", lasts }) =>
            `        ${mode} on ${table} ${lasts === "work" ? "while it works" : "for a moment"}`,
        ),
        ...(blocks === undefined
          ? locks.length > 0
            ? ["        blocks nobody for longer than a moment"]
            : []
          : [pc.yellow(`      ! blocks ${blocks}`)]),
        ...(loses === undefined ? [] : [pc.red(`      ! deletes ${loses}`)]),
        ...(unknown === undefined ? [] : [pc.dim(`        ${unknown}: what that locks cannot be told here`)]),
      ]),
    ];
  });
}

/** `cloudflare:index/r2Bucket:R2Bucket` → `R2Bucket`. */
const shortType = (type: string) => type.split(":").at(-1) ?? type;

const shown = 4;

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const rest = unique.length - shown;
  return unique.slice(0, shown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
