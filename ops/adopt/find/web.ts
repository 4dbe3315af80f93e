import { fromApi } from "../../../catalog/api-names.ts";
import { catalogEntry, providerSchemas } from "../../../catalog/catalog.ts";
import type { VendorClient } from "../../vendors/client.ts";
import type { Existing, Finder, Values } from "../existing.ts";
import { found } from "./found.ts";

export interface WebProject {
  readonly id: string;
  readonly name: string;
}

/** The Vercel project of that id or name; undefined where there is none. */
export function webProject(
  vercel: VendorClient,
  team: string | undefined,
  idOrName: string,
): Promise<(WebProject & Values) | undefined> {
  return found(vercel.call(`/v9/projects/${idOrName}`, { query: { teamId: team } }));
}

/** A finder of something of the project: there is nothing where there is no project. */
const ofProject =
  (find: (project: Project, resource: Parameters<Finder>[1]) => Promise<Existing | undefined>): Finder =>
  async ({ vercel, webProjectId: id, settings }, resource) => {
    if (id === undefined) return undefined;
    const { team } = settings.vercel;
    const get = <T>(path: string, query: Record<string, string> = {}) =>
      found(vercel.call<T>(path, { query: { ...query, teamId: team } }));
    return find({ id, get, importId: (own) => [team, own].filter(Boolean).join("/") }, resource);
  };

interface Project {
  readonly id: string;
  /** Reads something; undefined where there is none. */
  get<T>(path: string, query?: Record<string, string>): Promise<T | undefined>;
  /** The provider's form of an id: with the team, where there is one. */
  importId(own: string): string;
}

const type = "vercel:index/project:Project";

const project = ofProject(async ({ id, get, importId }) => {
  const answer = await get<Values>(`/v9/projects/${id}`);
  if (!answer) return undefined;
  const { commandForIgnoringBuildStep: ignoreCommand, link: gitRepository, ...rest } = answer;
  const told = { ...rest, ignoreCommand, gitRepository };
  // What the provider calls the same; the rest of a project is nothing that this package declares.
  const inputs = Object.fromEntries(
    Object.entries(catalogEntry(type)?.inputs ?? {}).filter(([name]) => name in told),
  );
  const types = { ...providerSchemas.vercel.types, project: { properties: inputs } };
  return { way: { by: "import", id: importId(id) }, properties: fromApi("project", types, told) as Values };
});

const domain = ofProject(async ({ id, get, importId }, { inputs }) => {
  const host = String(inputs["domain"]);
  const answer = await get<Values>(`/v9/projects/${id}/domains/${host}`);
  if (!answer) return undefined;
  const { redirect, redirectStatusCode, gitBranch, customEnvironmentId } = answer;
  const more = { redirect, redirectStatusCode, gitBranch, customEnvironmentId };
  const given = Object.entries(more).filter(([, value]) => value !== null && value !== undefined);
  return {
    way: { by: "import", id: importId(`${id}/${host}`) },
    properties: { domain: host, ...Object.fromEntries(given) },
  };
});

interface Variable {
  readonly id: string;
  readonly key: string;
  readonly type: string;
  readonly target?: string | readonly string[];
  readonly value?: string;
  readonly gitBranch?: string;
  readonly comment?: string;
}

const variable = ofProject(async ({ id, get, importId }, { inputs }) => {
  const { envs = [] } = (await get<{ envs: Variable[] }>(`/v10/projects/${id}/env`)) ?? {};
  const targets = ({ target = [] }: Variable) => [target].flat();
  const wanted = inputs["targets"] as readonly string[];
  const own = envs.find(
    (each) => each.key === inputs["key"] && targets(each).some((target) => wanted.includes(target)),
  );
  if (!own) return undefined;
  const sensitive = own.type === "sensitive";
  const told = sensitive ? undefined : await get<Variable>(`/v1/projects/${id}/env/${own.id}`);
  return {
    way: { by: "import", id: importId(`${id}/${own.id}`) },
    properties: {
      key: own.key,
      sensitive,
      targets: targets(own),
      ...(told?.value !== undefined && { value: told.value }),
      ...(own.gitBranch && { gitBranch: own.gitBranch }),
      ...(own.comment && { comment: own.comment }),
    },
  };
});

/** Finds the Vercel project with its domain and variables. */
export const webFinders: Readonly<Record<string, Finder>> = {
  [type]: project,
  "vercel:index/projectDomain:ProjectDomain": domain,
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": variable,
};
