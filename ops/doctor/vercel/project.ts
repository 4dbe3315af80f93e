import { adoptedId, existingAnswer } from "../conflict.ts";
import { fail, ok, type Answer, type Check } from "../finding.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import type { VendorClient } from "../../vendors/client.ts";
import type { Subject } from "../subject.ts";
import { everyProject, type WebProject } from "./projects.ts";

const projectType = "vercel:index/project:Project";
const domainType = "vercel:index/projectDomain:ProjectDomain";

/** Whether somebody else's project has the stack's name, or the app's host. */
export const projectChecks: readonly Check<Subject>[] = [
  { area: "Vercel", what: "project", run: projectAnswer },
  { area: "Vercel", what: "app's host", run: domainAnswer },
];

async function projectAnswer(subject: Subject): Promise<Answer> {
  const { vercel, planned } = subject;
  await vercel.team();
  const { client } = await vercel.token.alive();
  const { resources } = await planned();
  const name = String(resources.find(({ type }) => type === projectType)?.inputs["name"]);
  let project: WebProject;
  try {
    project = await client.call<WebProject>(`/v9/projects/${name}`, { query: vercel.scope });
  } catch (error) {
    if (error instanceof VendorRefusal && error.status === 404) return ok(`the name ${name} is free`);
    throw error;
  }
  return existingAnswer(subject, {
    type: projectType,
    known: { id: project.id },
    name: `the project ${name} (${project.id})`,
    orElse: "rename or delete it in Vercel's dashboard.",
  });
}

/** Among the projects that the token sees: another account's is only found out by asking for the domain. */
async function domainAnswer(subject: Subject): Promise<Answer> {
  subject.named("lavlay:domain");
  const { settings, vercel, engine, planned } = subject;
  const { host } = settings.web;
  await vercel.team();
  const { client } = await vercel.token.alive();
  const owner = await projectWith(client, host, vercel.scope);
  if (!owner) return ok(`${host} leads to no project that the token sees`);
  const state = await engine.state();
  const { resources } = await planned();
  const own =
    state.resources.find(({ type }) => type === projectType)?.id ??
    adoptedId(settings, resources, projectType);
  if (own && own !== owner.id) {
    return fail(
      `${host} belongs to the project ${owner.name} (${owner.id})`,
      `Take it out there (https://vercel.com, ${owner.name}, Settings, Domains), or set lavlay:web.host to another label.`,
    );
  }
  return existingAnswer(subject, {
    type: domainType,
    known: { domain: host },
    name: `the domain ${host} of the project ${owner.name}`,
    orElse: `take it out there (https://vercel.com, ${owner.name}, Settings, Domains).`,
  });
}

async function projectWith(
  client: VendorClient,
  host: string,
  scope: Subject["vercel"]["scope"],
): Promise<WebProject | undefined> {
  for await (const project of everyProject(client, scope)) {
    const { domains } = await client.call<{ domains: readonly { name: string }[] }>(
      `/v9/projects/${project.id}/domains`,
      { query: scope },
    );
    if (domains.some(({ name }) => name === host)) return project;
  }
  return undefined;
}
