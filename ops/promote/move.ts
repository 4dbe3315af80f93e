import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRefusal, RefusedError, type Problem } from "../../catalog/problem.ts";
import { capabilitiesOf } from "../../infra/settings/capabilities.ts";
import { tierNames, type Tier } from "../../infra/settings/schema.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { planStack, type PlanReport } from "../plan/plan.ts";
import { parseStackFile, readStackFile, stackNames } from "../../infra/settings/stack-file.ts";
import { projectRoot } from "../root.ts";
import { unifiedDiff } from "../stack-yaml/line-diff.ts";
import { setConfig } from "../stack-yaml/set-config.ts";
import type { Acceptable, Setting, Verb } from "./arguments.ts";
import type { DatabaseAccess } from "./database-access.ts";
import { effectOf, type Effect } from "./effect.ts";
import { losses } from "./losses.ts";
import { overrides, type Override } from "./overrides.ts";

/** A stack on its way to another tier: all that is to know before the YAML is written. */
export interface Move {
  readonly verb: Verb;
  readonly stack: string;
  readonly from: Tier;
  readonly to: Tier;
  readonly target: Target;
  /** The YAML's lines that change, as a unified diff. */
  readonly config: readonly string[];
  /** What of the diff nobody has asked for, and why it is there. */
  readonly notes: readonly string[];
  readonly overrides: readonly Override[];
  /** What the tier brings, or on the way down no longer has. */
  readonly capabilities: readonly string[];
  /** Absent where the new configuration is refused: then it leads to nothing. */
  readonly effect?: Effect;
  /** Why nothing may be written. */
  readonly refused: readonly Problem[];
}

export interface Target {
  readonly kind: "cloud" | "local";
  /** The Supabase project's and the web app's name. */
  readonly project: string;
  /** At Supabase. */
  readonly organization: string;
  readonly region: string;
  readonly zone: string;
  readonly zoneId: string;
}

export interface MoveOptions {
  readonly verb: Verb;
  readonly stack: string;
  readonly to: Tier;
  readonly set?: readonly Setting[];
  readonly accept?: readonly Acceptable[];
  /** Where the stack's YAML stands; default: this project. */
  readonly folder?: string;
  /** Asked on a way down that could leave something behind. */
  readonly database: () => Promise<DatabaseAccess>;
}

/** The text of the stack's YAML before and after. */
export interface Edit {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Plans a stack at its tier and at another, and compares. Nothing is written, and nobody is asked but the database.
 * @throws RefusedError where there is nothing to compare: the stack is refused as it stands, or its YAML cannot be edited
 */
export async function planMove(options: MoveOptions): Promise<{ move: Move; edit: Edit }> {
  const { verb, stack, to, set = [], accept = [], folder = projectRoot, database } = options;
  const file = join(folder, `Pulumi.${stack}.yaml`);
  // An unknown stack is refused there, by name.
  if (!stackNames(folder).includes(stack)) readStackFile(folder, stack);
  const text = readFileSync(file, "utf8");
  const edited = set.reduce(
    (now, { path, value }) => setConfig(now, path, value),
    setConfig(text, ["lavlay:tier"], to),
  );
  const before = await planStack(stack, { file: parseStackFile(text) });
  checkDirection(verb, before, to);

  const wanted = await planned(stack, edited);
  const kept = keptDisk(before, wanted.plan, set);
  const after = kept === undefined ? edited : setConfig(edited, diskPath, kept);
  const { plan, refused } = kept === undefined ? wanted : await planned(stack, after);
  const lost = plan ? await losses(before, plan.settings, { accept, database }) : [];
  const [mine, theirs] = [capabilitiesOf(before.settings.tier), capabilitiesOf(to)];
  const [fewer, more] = mine.length < theirs.length ? [mine, theirs] : [theirs, mine];
  const move: Move = {
    verb,
    stack,
    from: before.settings.tier,
    to,
    target: targetOf(before.settings),
    config: unifiedDiff(`Pulumi.${stack}.yaml`, text, after),
    notes: kept === undefined ? [] : [diskNote(kept)],
    // What was just said need not be asked.
    overrides: overrides(verb, stack, parseStackFile(after), to).filter(
      ({ key }) => !set.some((setting) => setting.key === key),
    ),
    capabilities: more.slice(fewer.length).map(({ name }) => name),
    ...(plan && { effect: await effectOf(verb, before, plan) }),
    refused: [...refused, ...lost],
  };
  return { move, edit: { file, before: text, after } };
}

function checkDirection(verb: Verb, { stack, settings }: PlanReport, to: Tier): void {
  const steps = tierNames.indexOf(to) - tierNames.indexOf(settings.tier);
  if (verb === "promote" ? steps > 0 : steps < 0) return;
  const [other, direction] = verb === "promote" ? ["demote", "above"] : ["promote", "below"];
  throw new RefusedError(`${verb} of stack ${stack}`, [
    {
      key: "--to",
      value: to,
      limit: `the stack is on tier ${settings.tier}, and ${verb} goes to a tier ${direction} it`,
      fix:
        steps === 0
          ? "There is nothing to do. The other way is `npm run " + other + "`."
          : `Use \`npm run ${other} -- --stack ${stack} --to ${to}\`.`,
    },
  ]);
}

interface Planned {
  readonly plan?: PlanReport;
  readonly refused: readonly Problem[];
}

async function planned(stack: string, yaml: string): Promise<Planned> {
  try {
    const plan = await planStack(stack, { file: parseStackFile(yaml) });
    return { plan, refused: plan.refused };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { refused: error.problems };
  }
}

const diskPath = ["lavlay:supabase", "diskGigabytes"];

/** A disk never shrinks: where the lower tier starts from less, the YAML goes on saying how large it is. */
function keptDisk(
  before: PlanReport,
  after: PlanReport | undefined,
  set: readonly Setting[],
): number | undefined {
  if (set.some(({ key }) => key === diskPath.join("."))) return undefined;
  const [old, now] = [before.settings.supabase.diskGigabytes, after?.settings.supabase.diskGigabytes];
  return old !== undefined && now !== undefined && now < old ? old : undefined;
}

const diskNote = (gigabytes: number) =>
  `lavlay:supabase.diskGigabytes keeps the disk at ${gigabytes} GB: a disk grows and never shrinks, and it goes on being paid.`;

function targetOf({ stack, target, supabase, cloudflare }: Settings): Target {
  return {
    kind: target,
    project: `lavlay-${stack}`,
    organization: supabase.organizationId,
    region: supabase.region,
    zone: cloudflare.zone,
    zoneId: cloudflare.zoneId,
  };
}
