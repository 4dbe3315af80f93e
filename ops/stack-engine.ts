import { x } from "tinyexec";
import { ensureEngine } from "../engine/engine.ts";
import { LOCAL_STACK, pulumiEnvironment } from "./pulumi.ts";
import { projectRoot } from "./root.ts";
import { step } from "./steps.ts";

export interface EngineAnswer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The Pulumi CLI on one stack, for verbs that read what it prints. */
export interface StackEngine {
  /** Variables that the stack's commands and programs find: for the stack `local`, its ports and tokens are among them. */
  readonly environment: NodeJS.ProcessEnv;
  /**
   * Runs one command to its end, asking nobody.
   * @param input given on standard input: the one place for a secret, since a command line can be read by others
   */
  run(args: readonly string[], options?: { input?: string; env?: NodeJS.ProcessEnv }): Promise<EngineAnswer>;
  /** The same, of which the standard output is wanted. @throws EngineFailure */
  output(args: readonly string[], options?: { input?: string }): Promise<string>;
}

/** A command of the engine has failed: what it said, without what only repeats what was asked. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";

  constructor(args: readonly string[], { stdout, stderr }: EngineAnswer) {
    const said = [stdout, stderr].map((text) => text.trim()).filter(Boolean);
    super(`pulumi ${args.filter((each) => !each.startsWith("-")).join(" ")} failed:\n${said.join("\n")}`);
  }
}

/**
 * The engine with everything set for the stack: a cloud stack is reached with the user's own login.
 * @throws RefusedError when the stack is `local` and the local target does not run
 */
export async function stackEngine(stack: string): Promise<StackEngine> {
  const engine = await step("Pulumi engine", (progress) => ensureEngine({ progress }));
  // Without a configuration file: to look at a stack must not give the stand-ins other vendors' plans.
  const environment = await pulumiEnvironment({
    stack,
    engine,
    ...(stack === LOCAL_STACK && { configFile: "" }),
  });
  const run: StackEngine["run"] = (args, { input = "", env } = {}) =>
    Promise.resolve(
      x(engine.pulumi, [...args, "--stack", stack, "--non-interactive", "--color", "never"], {
        nodeOptions: { cwd: projectRoot, env: { ...environment, ...env } },
        stdin: input,
      }),
    );
  return {
    environment,
    run,
    output: async (args, options) => {
      const answer = await run(args, options);
      if (answer.exitCode !== 0) throw new EngineFailure(args, answer);
      return answer.stdout;
    },
  };
}
