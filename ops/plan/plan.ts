import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { catalogEntry } from "../../catalog/catalog.ts";
import type { Problem } from "../../catalog/problem.ts";
import { checkResource } from "../../catalog/rules/index.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { projectRoot } from "../root.ts";
import { display, plainInputs } from "./display.ts";
import { readStackFile, type StackFile } from "../../infra/settings/stack-file.ts";
import { recordProgram, type DeclaredResource } from "./record.ts";

/** What a stack's settings lead to. */
export interface PlanReport {
  readonly stack: string;
  readonly settings: Settings;
  readonly resources: readonly PlannedResource[];
  /** What must be done before `up`: placeholders and secrets that are not set yet. */
  readonly beforeUp: readonly Problem[];
  /** What the providers or the vendors' plans would refuse, by resource: all of it, where the engine stops at the first. */
  readonly refused: readonly Problem[];
}

export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The components it stands in, outermost first, such as `["media", "media-credentials"]`. */
  readonly path: readonly string[];
  /** For people: secrets masked, unknown values named. */
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

const unsetSecret = "[not set yet: a secret]";

export interface PlanOptions {
  /** The folder of the program and its stacks; default: this project. Another revision's, for a review. */
  readonly root?: string;
  /** In place of the stack's YAML there. */
  readonly file?: StackFile;
  /** Where the ports of a running local target stand; default: those that it prefers. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Plans a stack in this process with the very program that deploys it: no engine, no credentials. One after the other:
 * the SDK knows one program at a time.
 * @throws RefusedError with every mistake in the configuration.
 */
export async function planStack(stack: string, options: PlanOptions = {}): Promise<PlanReport> {
  const { root = projectRoot, file: given = readStackFile(root, stack), environment: ports = {} } = options;
  const { file, missing } = withSecrets(stack, given);
  const environment = planEnvironment(file, ports);
  const raw = { values: file.values, secretKeys: new Set(file.secretKeys) };
  const { program, settingsOf, parseStackConfig, unfinished } = await revisionAt(root);
  const settings = settingsOf(stack, raw, environment, "plan");
  const open = unfinished(parseStackConfig(stack, raw));

  Object.assign(process.env, environment);
  // The SDK has read its configuration from the environment when it was loaded.
  pulumi.runtime.setAllConfig(file.values, file.secretKeys);
  const declared = await recordProgram("lavlay", stack, program);
  return {
    stack,
    settings,
    resources: planned(declared),
    beforeUp: [...missing, ...open],
    refused: refusals(declared, settings),
  };
}

/** The program below that folder, as the engine would load it, and how that revision reads its settings. */
async function revisionAt(root: string) {
  const load = (file: string) => import(pathToFileURL(join(root, "infra", file)).href);
  const [program, settings, parse, open] = await Promise.all([
    load("index.ts") as Promise<{ default: () => Promise<unknown> }>,
    load("settings/settings.ts") as Promise<typeof import("../../infra/settings/settings.ts")>,
    load("settings/parse.ts") as Promise<typeof import("../../infra/settings/parse.ts")>,
    load("settings/unfinished.ts") as Promise<typeof import("../../infra/settings/unfinished.ts")>,
  ]);
  return {
    program: program.default,
    settingsOf: settings.settingsOf,
    parseStackConfig: parse.parseStackConfig,
    unfinished: open.unfinished,
  };
}

/** Secrets need not be set to plan; that they are missing is said. */
function withSecrets(stack: string, file: StackFile): { file: StackFile; missing: Problem[] } {
  const key = "lavlay:databasePassword";
  if (key in file.values) return { file, missing: [] };
  return {
    file: { values: { ...file.values, [key]: unsetSecret }, secretKeys: [...file.secretKeys, key] },
    missing: [
      {
        key,
        value: "(missing)",
        limit: "a stack needs it before its first update",
        fix: `Set it with \`pulumi config set --secret ${key} -s ${stack}\`.`,
      },
    ],
  };
}

/** What the engine would put into the program's environment; for `local` the ports that it prefers, where it tells none. */
function planEnvironment(file: StackFile, ports: NodeJS.ProcessEnv): Record<string, string> {
  return {
    LAVLAY_PURPOSE: "plan",
    PULUMI_CONFIG: JSON.stringify(file.values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(file.secretKeys),
    LAVLAY_LOCAL_FRONT_PORT: ports["LAVLAY_LOCAL_FRONT_PORT"] ?? "4700",
    LAVLAY_LOCAL_API_PORT: ports["LAVLAY_LOCAL_API_PORT"] ?? "4701",
    LAVLAY_LOCAL_OBJECT_STORE_PORT: ports["LAVLAY_LOCAL_OBJECT_STORE_PORT"] ?? "4702",
    LAVLAY_LOCAL_MANAGEMENT_PORT: ports["LAVLAY_LOCAL_MANAGEMENT_PORT"] ?? "4704",
    LAVLAY_LOCAL_REDIS_PORT: ports["LAVLAY_LOCAL_REDIS_PORT"] ?? "4705",
  };
}

/** Every problem of every resource, as the local target's providers would find it. */
function refusals(declared: readonly DeclaredResource[], { plans }: Settings): Problem[] {
  return declared.flatMap(({ type, name, inputs }) => {
    const entry = catalogEntry(type);
    if (!entry) return [];
    const problems = checkResource(entry, plainInputs(inputs), {
      zonePlan: () => plans.cloudflare,
      accountPlan: plans.cloudflare,
      supabasePlan: plans.supabase,
    });
    return problems.map((problem) => ({ ...problem, key: `${name}: ${problem.key}` }));
  });
}

function planned(declared: readonly DeclaredResource[]): PlannedResource[] {
  const byUrn = new Map(declared.map((resource) => [resource.urn, resource]));
  const path = (urn: string): string[] => {
    const component = byUrn.get(urn);
    return component ? [...path(component.parent), component.name] : [];
  };
  return declared
    .filter(({ custom }) => custom)
    .map(({ urn, type, name, parent, inputs, protect, retainOnDelete }) => ({
      urn,
      type,
      name,
      path: path(parent),
      inputs: display(inputs) as Record<string, unknown>,
      protect,
      retainOnDelete,
    }));
}
