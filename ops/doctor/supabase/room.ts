import { supabasePlans } from "../../../catalog/entitlements/supabase.ts";
import { ok, type Answer, type Check } from "../finding.ts";
import { quotaAnswer } from "../quota.ts";
import { ownResource } from "../own-resource.ts";
import type { Subject } from "../subject.ts";
import { liveEntitlements } from "./entitlements.ts";
import { projectOf } from "./project.ts";

const functionType = "supabase:index/edgeFunction:EdgeFunction";
const secretsType = "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets";
/** Functions' secrets a project may have, on every plan. */
const mostSecrets = 100;
/** Projects that Supabase Free lets be active at once. */
const mostFreeProjects = 2;

/** How much room is left for what the stack makes. */
export const roomChecks: readonly Check<Subject>[] = [
  { area: "Supabase", what: "active projects", run: activeProjects },
  { area: "Supabase", what: "functions", run: functionCount },
  { area: "Supabase", what: "function secrets", run: secretCount },
];

async function activeProjects(subject: Subject): Promise<Answer> {
  const { settings, supabase } = subject;
  if ((await supabase.organization()).plan !== "free") return ok("as many as are paid for");
  const projects = await supabase.projects();
  const active = projects.filter(({ status }) => status !== "INACTIVE");
  const coming = (await projectOf(subject)) ? 0 : 1;
  const quota = quotaAnswer({
    of: "active projects",
    used: active.length,
    coming,
    limit: mostFreeProjects,
    plan: supabasePlans.free.label,
    fix: `Pause or delete one of ${active.map(({ name }) => name).join(", ")}, or upgrade at https://supabase.com/dashboard/org/${settings.supabase.organizationId}/billing`,
  });
  // Two are what the plan is for: the second is not nearly too many.
  return quota.verdict === "warn" ? ok(quota.found) : quota;
}

async function functionCount(subject: Subject): Promise<Answer> {
  const { settings, supabase } = subject;
  const project = await projectOf(subject);
  if (!project) return ok("none yet");
  const { client } = await supabase.token.alive();
  const functions = await client.call<readonly { slug: string }[]>(`/v1/projects/${project.id}/functions`);
  const plan = supabasePlans[settings.plans.supabase];
  const limit = await functionLimit(subject);
  const slugs = new Set(functions.map(({ slug }) => slug));
  const { resources } = await subject.planned();
  const coming = resources.filter(
    ({ type, inputs }) => type === functionType && !slugs.has(String(inputs["slug"])),
  );
  if (limit === "unlimited") return ok(`${functions.length}, and no limit on ${plan.label}`);
  return quotaAnswer({
    of: "functions",
    used: functions.length,
    coming: coming.length,
    limit,
    plan: plan.label,
    fix: `Delete functions that nobody calls at https://supabase.com/dashboard/project/${project.id}/functions`,
  });
}

/** The organisation's own number, where it tells one. */
async function functionLimit({ supabase, settings }: Subject): Promise<number | "unlimited"> {
  const inPlan = supabasePlans[settings.plans.supabase].functions;
  const live = await liveEntitlements(supabase, settings).catch(() => []);
  const { value, unlimited } = live.find(({ feature }) => feature.key === "function.max_count")?.config ?? {};
  return unlimited ? "unlimited" : (value ?? inPlan);
}

async function secretCount(subject: Subject): Promise<Answer> {
  const { supabase, engine } = subject;
  const project = await projectOf(subject);
  if (!project) return ok("none yet");
  const { client } = await supabase.token.alive();
  const listed = await client.call<readonly { name: string }[]>(`/v1/projects/${project.id}/secrets`);
  // Supabase's own do not count.
  const secrets = listed.filter(({ name }) => !name.startsWith("SUPABASE_"));
  const { resources } = await subject.planned();
  const declared = resources.find(({ type }) => type === secretsType)?.inputs["secrets"];
  const made = ownResource(await engine.state(), secretsType, {});
  return quotaAnswer({
    of: "function secrets",
    used: secrets.length,
    coming: made || !Array.isArray(declared) ? 0 : declared.length,
    limit: mostSecrets,
    plan: "every plan",
    fix: `Delete secrets that no function reads at https://supabase.com/dashboard/project/${project.id}/functions/secrets`,
  });
}
