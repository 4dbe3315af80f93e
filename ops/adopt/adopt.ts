import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { readStackFile, type StackFile } from "../../infra/settings/stack-file.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { planStack, type PlannedResource } from "../plan/plan.ts";
import { projectRoot } from "../root.ts";
import {
  tokenVariables,
  upstashEmailVariable,
  vendorClients,
  type VendorClients,
} from "../vendors/clients.ts";
import type { Finder, Vendors } from "./existing.ts";
import { backendFinders, projectsOf } from "./find/backend.ts";
import { cacheFinders } from "./find/cache.ts";
import { errorTrackingFinders } from "./find/error-tracking.ts";
import { loadBalancingFinders } from "./find/load-balancing.ts";
import { mediaFinders } from "./find/media.ts";
import { monitoringFinders } from "./find/monitoring.ts";
import { webFinders, webProject } from "./find/web.ts";
import { zoneFinders } from "./find/zone.ts";
import { judge, type Takeover } from "./judge.ts";

/** In place of an id: `up` is to make one, whatever there is. */
export const makeNew = "new";

export interface AdoptOptions {
  readonly stack: string;
  /** Ports and tokens of the stack's target. */
  readonly environment: NodeJS.ProcessEnv;
  /** What the stack has made already: `type name`. */
  readonly owned: ReadonlySet<string>;
  /** Ref of the Supabase project, or {@link makeNew}. Default: the one with the declared name. */
  readonly project?: string;
  /** Id or name of the Vercel project, or {@link makeNew}. Default: the one with the declared name. */
  readonly webProject?: string;
  /** In place of the stack's YAML in the project's folder. */
  readonly file?: StackFile;
}

export interface AdoptReport {
  readonly stack: string;
  readonly takeovers: readonly Takeover[];
  /** What stands in the way of taking over. */
  readonly refused: readonly Problem[];
}

const finders: Readonly<Record<string, Finder>> = {
  ...mediaFinders,
  ...zoneFinders,
  ...backendFinders,
  ...webFinders,
  ...loadBalancingFinders,
  ...monitoringFinders,
  ...cacheFinders,
  ...errorTrackingFinders,
};

/**
 * Finds what exists at the vendors of what the stack's settings lead to, and tells what becomes of each. Reads alone.
 * @throws RefusedError for a configuration that is not valid and for missing tokens; VendorRefusal
 */
export async function planAdoption(options: AdoptOptions): Promise<AdoptReport> {
  const { stack, environment, owned } = options;
  // What was taken over before is no declaration.
  const { "lavlay:adopt": _, ...values } = (options.file ?? readStackFile(projectRoot, stack)).values;
  const { secretKeys } = options.file ?? readStackFile(projectRoot, stack);
  const { settings, resources, beforeUp } = await planStack(stack, {
    file: { values, secretKeys },
    environment,
  });
  const open = beforeUp.filter(({ key }) => !secretKeys.includes(key) && key !== "lavlay:databasePassword");
  if (open.length > 0) throw new RefusedError(`Stack ${stack}`, open);
  const clients = vendorClients(settings, environment);
  const missing = missingTokens(clients, settings);
  const { cloudflare, supabase, vercel, upstash, sentry } = clients;
  if (!cloudflare || !supabase || !vercel || missing.length > 0)
    throw new RefusedError(`Stack ${stack}`, missing);

  const refused: Problem[] = [];
  const base: Vendors = {
    ...{ settings, resources, cloudflare, supabase, vercel },
    ...(upstash && { upstash }),
    ...(sentry && { sentry }),
  };
  const [projectRef, webProjectId] = await Promise.all([
    chosenProject(base, resources, options.project, refused),
    chosenWebProject(base, resources, options.webProject, refused),
  ]);
  const vendors: Vendors = {
    ...base,
    ...(projectRef !== undefined && { projectRef }),
    ...(webProjectId !== undefined && { webProjectId }),
  };
  const takeovers: Takeover[] = [];
  // One after the other: the vendors count requests.
  for (const resource of resources) takeovers.push(await takeover(vendors, resource, owned));
  return { stack, takeovers, refused: [...refused, ...takeovers.flatMap((each) => each.refused)] };
}

async function takeover(
  vendors: Vendors,
  resource: PlannedResource,
  owned: ReadonlySet<string>,
): Promise<Takeover> {
  const { name, type } = resource;
  if (owned.has(`${type} ${name}`)) return { name, type, fate: "owned", differences: [], refused: [] };
  const find = finders[type];
  if (!find) return unsought(resource);
  return judge(resource, await find(vendors, resource));
}

/** What is always made. */
const alwaysMade: Readonly<Record<string, string>> = {
  "cloudflare:index/accountToken:AccountToken": "a credential of the stack's own, beside those there are",
  "command:local:Command": "runs the stack's SQL; its preflight adopts tables that are there",
  "vercel:index/deployment:Deployment":
    "deploys the app: people see it from then on; the deployments there are stay",
};

function unsought({ name, type }: PlannedResource): Takeover {
  const note = alwaysMade[type] ?? "not looked for: one that there is stays beside it";
  return { name, type, fate: "new", differences: [], refused: [], note };
}

/** The ref of the project to take over; what has to be said first is added to `refused`. */
async function chosenProject(
  { supabase, settings }: Vendors,
  resources: readonly PlannedResource[],
  asked: string | undefined,
  refused: Problem[],
): Promise<string | undefined> {
  if (asked === makeNew) return undefined;
  const name = declaredName(resources, "supabase:index/project:Project");
  const all = await projectsOf(supabase, settings.supabase.organizationId);
  const own = all.find((project) => (asked === undefined ? project.name === name : project.id === asked));
  if (own) return own.id;
  if (asked === undefined && all.length === 0) return undefined;
  const there = all.map((project) => `${project.id} (${project.name}, ${project.region})`).join(", ");
  refused.push({
    key: "--project",
    value: asked ?? "not given",
    limit: `no project of ${settings.supabase.organizationId} is ${asked ?? `called ${name}`}; there are ${there || "none"}`,
    fix: `Say --project REF for the one to take over, or --project ${makeNew} to have \`up\` make one.`,
  });
  return undefined;
}

async function chosenWebProject(
  { vercel, settings }: Vendors,
  resources: readonly PlannedResource[],
  asked: string | undefined,
  refused: Problem[],
): Promise<string | undefined> {
  if (asked === makeNew) return undefined;
  const name = declaredName(resources, "vercel:index/project:Project");
  const own = await webProject(vercel, settings.vercel.team, asked ?? name);
  if (own) return own.id;
  const query = { teamId: settings.vercel.team, limit: 100 };
  const { projects } = await vercel.call<{ projects: { id: string; name: string }[] }>("/v9/projects", {
    query,
  });
  if (asked === undefined && projects.length === 0) return undefined;
  const there = projects.map((project) => `${project.id} (${project.name})`).join(", ");
  refused.push({
    key: "--web-project",
    value: asked ?? "not given",
    limit: `no Vercel project is ${asked ?? `called ${name}`}; there are ${there || "none"}`,
    fix: `Say --web-project ID for the one to take over, or --web-project ${makeNew} to have \`up\` make one.`,
  });
  return undefined;
}

const declaredName = (resources: readonly PlannedResource[], type: string) =>
  String(resources.find((resource) => resource.type === type)?.inputs["name"]);

/** The tokens of the vendors that the stack has something at. */
function missingTokens(clients: VendorClients, { redis, sentry }: Settings): Problem[] {
  const unused = { upstash: !redis, sentry: !sentry } as Partial<Record<keyof VendorClients, boolean>>;
  return (Object.keys(tokenVariables) as (keyof VendorClients)[])
    .filter((vendor) => clients[vendor] === undefined && !unused[vendor])
    .map((vendor) => {
      const variables = [tokenVariables[vendor], ...(vendor === "upstash" ? [upstashEmailVariable] : [])];
      return {
        key: variables.join(" and "),
        value: "(missing)",
        limit: "the vendor is asked with it what exists",
        fix: `Put it into the environment: export ${variables.map((name) => `${name}=…`).join(" ")}`,
      };
    });
}
