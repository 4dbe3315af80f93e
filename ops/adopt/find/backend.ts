import type { VendorClient } from "../../vendors/client.ts";
import type { Existing, Finder } from "../existing.ts";
import { found } from "./found.ts";

/** A finder of something of the project: there is nothing where there is no project. */
const ofProject =
  (find: (project: Project, resource: Parameters<Finder>[1]) => Promise<Existing | undefined>): Finder =>
  async ({ supabase, projectRef: ref }, resource) =>
    ref === undefined
      ? undefined
      : find({ ref, get: (path) => found(supabase.call(`/v1/projects/${ref}${path}`)) }, resource);

interface Project {
  readonly ref: string;
  /** Reads something below the project; undefined where there is none. */
  get<T>(path: string): Promise<T | undefined>;
}

export interface ProjectSummary {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly organization_id: string;
}

/** The projects of the organisation that the stack names. */
export async function projectsOf(supabase: VendorClient, organization: string): Promise<ProjectSummary[]> {
  const all = await supabase.call<(ProjectSummary & { organization_slug?: string })[]>("/v1/projects");
  return all.filter(({ organization_id: id, organization_slug: slug }) => [id, slug].includes(organization));
}

interface Addons {
  readonly selected_addons?: readonly { readonly type: string; readonly variant: { readonly id: string } }[];
}

const addon = async (project: Project, kind: string) =>
  (await project.get<Addons>("/billing/addons"))?.selected_addons?.find(({ type }) => type === kind)?.variant
    .id;

const project = ofProject(async (asked) => {
  const answer = await asked.get<ProjectSummary>("");
  if (!answer) return undefined;
  const size = await addon(asked, "compute_instance");
  const { name, region, organization_id: organizationId } = answer;
  return {
    way: { by: "import", id: asked.ref },
    properties: {
      name,
      region,
      organizationId,
      ...(size !== undefined && { instanceSize: size.replace(/^ci_/, "") }),
    },
    note: "`up` sets the database's password to lavlay:databasePassword, since nobody tells the one there is: where that is another one, whoever connects with it has to take the new one",
  };
});

const settings = ofProject(async ({ ref, get }) => {
  const [api, auth, storage, database, network, ssl] = await Promise.all([
    get<object>("/postgrest"),
    get<object>("/config/auth"),
    get<object>("/config/storage"),
    get<object>("/config/database/postgres"),
    get<{ config?: { dbAllowedCidrs?: string[]; dbAllowedCidrsV6?: string[] } }>("/network-restrictions"),
    get<{ currentConfig?: { database?: boolean } }>("/ssl-enforcement"),
  ]);
  const { dbAllowedCidrs = [], dbAllowedCidrsV6 = [] } = network?.config ?? {};
  const groups = { api, auth, storage, database };
  const texts = Object.entries(groups).flatMap(([group, values]) =>
    values ? [[group, JSON.stringify(values)]] : [],
  );
  return {
    way: { by: "import", id: ref },
    properties: {
      ...(Object.fromEntries(texts) as Record<string, string>),
      ...(network && { network: JSON.stringify({ restrictions: [...dbAllowedCidrs, ...dbAllowedCidrsV6] }) }),
      ...(ssl?.currentConfig?.database !== undefined && { sslEnforcement: ssl.currentConfig.database }),
    },
  };
});

interface DeployedFunction {
  readonly name: string;
  readonly version: number;
  readonly verify_jwt?: boolean;
}

const edgeFunction = ofProject(async ({ ref, get }, { inputs }) => {
  const slug = String(inputs["slug"]);
  const answer = await get<DeployedFunction>(`/functions/${slug}`);
  return (
    answer && {
      way: { by: "import", id: `${ref}/${slug}` },
      properties: { slug, name: answer.name },
      note: `version ${answer.version} is deployed; \`up\` deploys this package's code over it, since the API does not tell where its source lies (\`supabase functions download ${slug}\` keeps it)`,
    }
  );
});

const jwtCheck = ofProject(async ({ get }, { inputs }) => {
  const answer = await get<DeployedFunction>(`/functions/${String(inputs["slug"])}`);
  return (
    answer && {
      way: { by: "write" },
      properties: { verifyJwt: answer.verify_jwt ?? true },
      note: "it goes with this package's code, which verifies tokens itself",
    }
  );
});

const functionSecrets = ofProject(async ({ get }, { inputs }) => {
  const all = (await get<{ name: string }[]>("/secrets")) ?? [];
  const names = all.map(({ name }) => name).filter((name) => !name.startsWith("SUPABASE_"));
  if (names.length === 0) return undefined;
  const declared = (inputs["secrets"] as readonly { name: string }[]).map(({ name }) => name);
  const list = (some: readonly string[]) => some.join(", ") || "none";
  return {
    way: { by: "write" },
    properties: {},
    note:
      `of values the API tells digests alone, so they are set anew: ` +
      `${list(declared.filter((name) => names.includes(name)))}; ` +
      `added: ${list(declared.filter((name) => !names.includes(name)))}; ` +
      `left as they are: ${list(names.filter((name) => !declared.includes(name)))}`,
  };
});

const pooler = ofProject(async ({ get }) => {
  type Entry = { database_type: string; default_pool_size?: number; pool_mode?: string };
  const entries = [(await get<Entry | Entry[]>("/config/database/pooler")) ?? []].flat();
  const primary = entries.find(({ database_type: type }) => type === "PRIMARY") ?? entries[0];
  if (!primary) return undefined;
  const { default_pool_size: poolSize, pool_mode: poolMode } = primary;
  return { way: { by: "values" }, properties: { poolSize, poolMode } };
});

const realtime = ofProject(async ({ get }) => {
  const answer = await get<{ max_concurrent_users?: number | null }>("/config/realtime");
  const connections = answer?.max_concurrent_users;
  return connections ? { way: { by: "values" }, properties: { connections } } : undefined;
});

const disk = ofProject(async ({ get }) => {
  const size = (await get<{ attributes?: { size_gb?: number } }>("/config/disk"))?.attributes?.size_gb;
  return size === undefined ? undefined : { way: { by: "values" }, properties: { sizeGb: size } };
});

/** The program takes a region's replica for its own and sets up none beside it. */
const replica = ofProject(async ({ get }, { inputs }) => {
  type Entry = { database_type: string; identifier?: string };
  const entries = [(await get<Entry | Entry[]>("/config/database/pooler")) ?? []].flat();
  const { region } = inputs;
  const own = entries.find(
    ({ database_type: type, identifier }) =>
      type === "READ_REPLICA" && identifier?.includes(`-rr-${String(region)}-`),
  );
  return own && { way: { by: "values" }, properties: { region } };
});

const paidAddon = ofProject(async (asked, { inputs }) => {
  const variant = await addon(asked, String(inputs["addonType"]));
  return variant === undefined ? undefined : { way: { by: "values" }, properties: { variant } };
});

const dynamic = (name: string) => `pulumi-nodejs:dynamic/lavlay/backend:${name}`;

/** Finds the Supabase project and what it has. */
export const backendFinders: Readonly<Record<string, Finder>> = {
  "supabase:index/project:Project": project,
  "supabase:index/settings:Settings": settings,
  "supabase:index/edgeFunction:EdgeFunction": edgeFunction,
  "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets": functionSecrets,
  [dynamic("FunctionJwtCheck")]: jwtCheck,
  [dynamic("Pooler")]: pooler,
  [dynamic("RealtimeLimits")]: realtime,
  [dynamic("Disk")]: disk,
  [dynamic("ReadReplica")]: replica,
  [dynamic("Addon")]: paidAddon,
};
