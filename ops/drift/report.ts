import type { PropertyChange } from "../review/values.ts";
import { classify, type Ignored } from "./classify.ts";
import type { Refreshed } from "./refreshed.ts";

/** A resource that somebody has changed. */
export interface Drifted {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** The components it stands in, outermost first. */
  readonly path: readonly string[];
  /** It is not there any more. */
  readonly gone: boolean;
  /** What was declared and what is there, as JSON, by property; empty where the resource is gone. */
  readonly differences: readonly { path: string; declared?: string; found?: string }[];
}

/** What was changed behind the engine's back since the last update. */
export interface DriftReport {
  readonly stack: string;
  /** How many resources were read. */
  readonly read: number;
  readonly drifted: readonly Drifted[];
  /** Differences that are no drift. */
  readonly ignored: readonly (Ignored & { name: string })[];
  /** What no vendor tells, so that it is not known here. */
  readonly untold: readonly string[];
  /** The command that puts it right; absent where there is nothing to. */
  readonly repair?: string;
}

export function driftReport(stack: string, resources: readonly Refreshed[]): DriftReport {
  const read = resources.map((resource) => ({ resource, ...classify(resource) }));
  const drifted = read.filter(({ resource, differences }) => !resource.found || differences.length > 0);
  const types = new Set(resources.map(({ type }) => type));
  return {
    stack,
    read: resources.length,
    drifted: drifted.map(({ resource, differences }) => ({
      urn: resource.urn,
      name: resource.name,
      type: resource.type,
      path: resource.path,
      gone: !resource.found,
      differences: differences.map(named),
    })),
    ignored: read.flatMap(({ resource: { name }, ignored }) => ignored.map((each) => ({ name, ...each }))),
    untold: untold.flatMap(({ type, what }) => ([...types].some((each) => type.test(each)) ? [what] : [])),
    ...(drifted.length > 0 && {
      repair: repairOf(
        stack,
        drifted.flatMap(({ remake }) => remake),
      ),
    }),
  };
}

function named({ path, before, after }: PropertyChange) {
  return {
    path,
    ...(before !== undefined && { declared: before }),
    ...(after !== undefined && { found: after }),
  };
}

/** Without `--refresh` the engine trusts its memory, and sees nothing to do. */
function repairOf(stack: string, remake: readonly string[]): string {
  return [`npm run pulumi -- up -s ${stack} --refresh`, ...remake.map((urn) => `--replace '${urn}'`)].join(
    " ",
  );
}

const untold: readonly { type: RegExp; what: string }[] = [
  {
    type: /:Settings$/,
    what: "Supabase's settings that no stack declares, and the secrets among those that it does",
  },
  { type: /supabase.*:Project$/, what: "the database's password" },
  { type: /:ProjectEnvironmentVariable$/, what: "values of Vercel's sensitive variables" },
  { type: /:Deployment$/, what: "whether a deployment made by hand is served in place of ours" },
  { type: /:Ruleset$/, what: "rules in phases of the zone that this stack has no ruleset in" },
  { type: /^command:/, what: "the database's tables: `npm run doctor` compares those" },
];
