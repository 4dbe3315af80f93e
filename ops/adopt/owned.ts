import { EngineFailure, type StackEngine } from "../stack-engine.ts";

interface Exported {
  readonly deployment?: {
    readonly resources?: readonly { readonly urn: string; readonly external?: boolean }[];
  };
}

/**
 * What a stack has made or imported already, as `type name`; what it only reads is not its own. Nothing where there is no such stack yet.
 * @throws EngineFailure
 */
export async function ownedResources(engine: StackEngine): Promise<ReadonlySet<string>> {
  const args = ["stack", "export"];
  const answer = await engine.run(args);
  if (answer.exitCode !== 0) {
    if (/no stack named/.test(answer.stderr)) return new Set();
    throw new EngineFailure(args, answer);
  }
  const { deployment } = JSON.parse(answer.stdout) as Exported;
  const own = (deployment?.resources ?? []).filter(({ external }) => external !== true);
  return new Set(own.map(({ urn }) => nameOf(urn)));
}

function nameOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)} ${name}`;
}
