import { vercelPlans, vercelVariablesPerEnvironment } from "../../../catalog/entitlements/vercel.ts";
import { adoptedId } from "../conflict.ts";
import { ok, type Answer, type Check } from "../finding.ts";
import { quotaAnswer } from "../quota.ts";
import type { Subject } from "../subject.ts";
import { everyProject } from "./projects.ts";

const projectType = "vercel:index/project:Project";
const domainType = "vercel:index/projectDomain:ProjectDomain";
const variableType = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";

/** How much room is left for what the stack makes. The limits: https://vercel.com/docs/limits */
export const roomChecks: readonly Check<Subject>[] = [
  { area: "Vercel", what: "projects", run: projectCount },
  { area: "Vercel", what: "project's domains", run: domainCount },
  { area: "Vercel", what: "environment variables", run: variableCount },
];

async function projectCount(subject: Subject): Promise<Answer> {
  const { settings, vercel } = subject;
  await vercel.team();
  const { client } = await vercel.token.alive();
  const { label, projects: limit } = vercelPlans[settings.plans.vercel];
  if (limit === "unlimited") return ok(`no limit on ${label}`);
  let used = 0;
  for await (const _project of everyProject(client, vercel.scope)) used++;
  return quotaAnswer({
    of: "projects",
    used,
    coming: (await ownProject(subject)) === undefined ? 1 : 0,
    limit,
    plan: label,
    fix: "Delete projects that nobody needs at https://vercel.com, or take a larger plan.",
  });
}

async function domainCount(subject: Subject): Promise<Answer> {
  const { settings, vercel, planned } = subject;
  await vercel.team();
  const { client } = await vercel.token.alive();
  const { label, domainsPerProject: limit } = vercelPlans[settings.plans.vercel];
  if (limit === "unlimited") return ok(`no limit on ${label}`);
  const project = await ownProject(subject);
  if (project === undefined) return ok("none yet");
  const { domains } = await client.call<{ domains: readonly { name: string }[] }>(
    `/v9/projects/${project}/domains`,
    { query: { ...vercel.scope, limit: 100 } },
  );
  const there = new Set(domains.map(({ name }) => name));
  const { resources } = await planned();
  const coming = resources.filter(
    ({ type, inputs }) => type === domainType && !there.has(String(inputs["domain"])),
  );
  return quotaAnswer({
    of: "domains of the project",
    used: domains.length,
    coming: coming.length,
    limit,
    plan: label,
    fix: "Take domains that nobody uses out of the project (Settings, Domains), or take a larger plan.",
  });
}

/** Of the one environment that the stack has variables for. */
async function variableCount(subject: Subject): Promise<Answer> {
  const { vercel, planned } = subject;
  await vercel.team();
  const { client } = await vercel.token.alive();
  const project = await ownProject(subject);
  if (project === undefined) return ok("none yet");
  const { envs } = await client.call<{
    envs: readonly { key: string; target?: string | readonly string[] }[];
  }>(`/v9/projects/${project}/env`, { query: vercel.scope });
  const there = envs.filter(({ target = [] }) => [target].flat().includes("production"));
  const keys = new Set(there.map(({ key }) => key));
  const { resources } = await planned();
  const coming = resources.filter(
    ({ type, inputs }) => type === variableType && !keys.has(String(inputs["key"])),
  );
  return quotaAnswer({
    of: "variables of the environment production",
    used: there.length,
    coming: coming.length,
    limit: vercelVariablesPerEnvironment,
    plan: "every plan",
    fix: "Delete variables that no build reads (Settings, Environment Variables).",
  });
}

/** The id of the project that the stack has made or takes over; undefined where it is still to be made. */
async function ownProject({ settings, engine, planned }: Subject): Promise<string | undefined> {
  const state = await engine.state();
  const { resources } = await planned();
  return (
    state.resources.find(({ type }) => type === projectType)?.id ??
    adoptedId(settings, resources, projectType)
  );
}
