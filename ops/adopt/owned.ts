import { EngineFailure, type StackEngine } from "../stack-engine.ts";
import { nameOf, stateIn } from "../stack-state.ts";

/**
 * What a stack has made or imported already, as `type name`; what it only reads is not its own. Nothing where there is no such stack yet.
 * @throws EngineFailure
 */
export async function ownedResources(engine: StackEngine): Promise<ReadonlySet<string>> {
  const args = ["stack", "export"];
  const answer = await engine.run(args);
  const state = stateIn(answer);
  if (!state) throw new EngineFailure(args, answer);
  const own = state.resources.filter(({ external }) => external !== true);
  return new Set(own.map((resource) => `${resource.type} ${nameOf(resource)}`));
}
