import pc from "picocolors";
import { formatProblem } from "../../catalog/problem.ts";
import { table } from "../table.ts";
import type { AdoptReport } from "./adopt.ts";
import type { Difference } from "./differences.ts";
import type { Release } from "./edit.ts";
import type { Takeover } from "./judge.ts";

const MOST_DIFFERENCES = 12;
const MOST_CHARACTERS = 60;

/** What becomes of each, in words that follow the resource's name. */
const words: Readonly<Record<Takeover["fate"], string>> = {
  new: "made",
  import: "imported",
  read: "left as it is",
  values: "made with the values there are",
  write: "written over",
  refused: "cannot be taken over as declared",
  owned: "the stack has it",
};

/** The report for a terminal: a table, then what differs, resource by resource. */
export function printAdoption({ stack, takeovers, refused }: AdoptReport): string {
  const rows = takeovers.map((each) => [each.name, words[each.fate], each.id ?? "", told(each)]);
  const details = takeovers.filter(
    ({ differences, note, fate }) => fate !== "owned" && (differences.length > 0 || note !== undefined),
  );
  return [
    pc.bold(`Stack ${stack}: what exists, and what the first up makes of it`),
    "",
    table(["resource", "with the first up", "by the id", "differences"], rows),
    ...details.flatMap((each) => ["", ...detail(each)]),
    ...(refused.length > 0
      ? ["", pc.red("In the way:"), ...refused.map((problem) => `  - ${formatProblem(problem)}`)]
      : []),
  ].join("\n");
}

const told = ({ differences }: Takeover) => (differences.length === 0 ? "" : String(differences.length));

function detail({ name, fate, differences, note, adoption }: Takeover): string[] {
  const kept = new Set([...(adoption?.keep ?? []), ...Object.keys(adoption?.values ?? {})]);
  const left = fate === "read";
  const shown = differences.slice(0, MOST_DIFFERENCES);
  const more = differences.length - shown.length;
  return [
    pc.cyan(name),
    ...(note === undefined ? [] : [`  ${note}`]),
    ...shown.map((difference) => `  ${line(difference, left || kept.has(difference.property))}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

function line(difference: Difference, stays: boolean): string {
  const { path, declared } = difference;
  const existing = "existing" in difference ? short(difference.existing) : "(not told)";
  return `${path}: ${existing} ${stays ? pc.dim("stays; declared is") : pc.yellow("→")} ${short(declared)}`;
}

function short(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** What a release lets come. */
export function printReleases(stack: string, letGo: readonly Release[]): string {
  const rows = letGo.map(({ name, released, stays }) => [name, released.join(", "), stays.join(", ")]);
  return [
    pc.bold(`Stack ${stack}: what the next up sets to what is declared`),
    "",
    table(["resource", "set", "stays"], rows),
  ].join("\n");
}
