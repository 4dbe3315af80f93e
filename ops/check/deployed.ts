import { x } from "tinyexec";
import type { Settings } from "../../infra/settings/settings.ts";
import type { Engine } from "../../engine/engine.ts";
import { projectRoot } from "../root.ts";
import type { Site } from "./site.ts";

interface Resource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: { readonly slug?: unknown };
}
interface Export {
  readonly deployment?: {
    readonly resources?: readonly Resource[];
  };
}

/**
 * The addresses, keys and functions of a stack, as the engine knows them.
 * @throws Error in the engine's words, or when the stack was never applied
 */
export async function deployedSite(
  engine: Pick<Engine, "pulumi">,
  env: NodeJS.ProcessEnv,
  settings: Settings,
): Promise<Site> {
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await x(
      engine.pulumi,
      ["stack", ...args, "--stack", settings.stack, "--non-interactive", "--color", "never"],
      { nodeOptions: { cwd: projectRoot, env } },
    );
    // What came out by then may hold secrets; what is complained of does not.
    if (exitCode !== 0) throw new Error(`pulumi stack ${args[0]} failed: ${stderr.trim()}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const [outputs, state] = await Promise.all([run("output", "--show-secrets", "--json"), run("export")]);
  const output = (name: string): string => {
    const value = outputs[name];
    if (typeof value === "string") return value;
    throw new Error(
      `Stack ${settings.stack} has no output ${name}: apply it first with \`npm run pulumi -- up -s ${settings.stack}\`.`,
    );
  };
  return {
    settings,
    app: output("app"),
    api: output("api"),
    media: output("media"),
    publishableKey: output("publishableKey"),
    databaseUrl: output("databaseUrl"),
    ...ofProject(state as Export),
  };
}

function ofProject({ deployment }: Export): Pick<Site, "projectRef" | "functions"> {
  const resources = (type: string) => (deployment?.resources ?? []).filter((each) => each.type === type);
  return {
    projectRef: resources("supabase:index/project:Project")[0]?.id ?? "",
    functions: resources("supabase:index/edgeFunction:EdgeFunction")
      .flatMap(({ inputs }) => (typeof inputs?.slug === "string" ? [inputs.slug] : []))
      .sort(),
  };
}
