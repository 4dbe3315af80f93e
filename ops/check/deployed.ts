import { x } from "tinyexec";
import type { Settings } from "../../infra/settings/settings.ts";
import type { Engine } from "../../engine/engine.ts";
import { projectRoot } from "../root.ts";
import { parseState, type StackState } from "../stack-state.ts";
import type { Site } from "./site.ts";

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
    return stdout;
  };
  const [printed, exported] = await Promise.all([run("output", "--show-secrets", "--json"), run("export")]);
  const outputs = JSON.parse(printed) as Record<string, unknown>;
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
    ...ofProject(parseState(exported)),
  };
}

function ofProject({ resources }: StackState): Pick<Site, "projectRef" | "functions"> {
  const ofType = (type: string) => resources.filter((each) => each.type === type);
  return {
    projectRef: ofType("supabase:index/project:Project")[0]?.id ?? "",
    functions: ofType("supabase:index/edgeFunction:EdgeFunction")
      .flatMap(({ inputs }) => (typeof inputs?.slug === "string" ? [inputs.slug] : []))
      .sort(),
  };
}
