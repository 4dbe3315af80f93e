import type { EngineAnswer } from "../stack-engine.ts";
import { stateIn, type StackState } from "../stack-state.ts";
import { CannotTell } from "./finding.ts";
import { once } from "./once.ts";

/** Runs the `pulumi` command with everything set for the stack. */
export type PulumiCli = (args: readonly string[]) => Promise<EngineAnswer>;

/** What the engine knows of a stack, each asked once. */
export interface EngineAccess {
  /** Who is logged in. @throws NotLoggedIn, or CannotTell where there is no engine */
  user(): Promise<string>;
  /** @throws CannotTell */
  state(): Promise<StackState>;
  /** The stack's configuration, decrypted; undefined for a stack that was never made. @throws WrongPassphrase, CannotTell */
  config(): Promise<Readonly<Record<string, string>> | undefined>;
}

export class NotLoggedIn extends CannotTell {
  constructor(
    /** In the engine's words. */
    readonly reason: string,
  ) {
    super("nobody is logged in to a Pulumi backend");
  }
}
export class WrongPassphrase extends CannotTell {}

/** @param cli undefined where there is no engine */
export function engineAccess(stack: string, cli: PulumiCli | undefined): EngineAccess {
  const run = async (...args: string[]) => {
    if (!cli) throw new CannotTell("there is no Pulumi engine yet");
    return cli([...args, "--non-interactive"]);
  };
  const user = once(async () => {
    const { exitCode, stdout, stderr } = await run("whoami");
    if (exitCode !== 0) throw new NotLoggedIn(lastLine(stderr));
    return stdout.trim();
  });
  const state = once(async () => {
    await user();
    const answer = await run("stack", "export", "--stack", stack);
    const found = stateOf(answer);
    if (!found) throw new CannotTell(`the stack's state cannot be read: ${lastLine(answer.stderr)}`);
    return found;
  });
  const config = once(async () => {
    if (!(await state()).made) return undefined;
    const { exitCode, stdout, stderr } = await run("config", "--show-secrets", "--json", "--stack", stack);
    if (exitCode !== 0) throw new WrongPassphrase(lastLine(stderr));
    return values(stdout);
  });
  return { user, state, config };
}

function stateOf(answer: EngineAnswer): StackState | undefined {
  try {
    return stateIn(answer);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CannotTell("the engine printed a state that is not JSON");
  }
}

function values(text: string): Readonly<Record<string, string>> {
  const parsed = JSON.parse(text) as Record<string, { value?: string }>;
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** The engine's reason stands at the end, after warnings. */
function lastLine(text: string): string {
  const line = text.trim().split("\n").at(-1) ?? "";
  return line.replace(/^error: /, "") || "the engine gave no reason";
}
