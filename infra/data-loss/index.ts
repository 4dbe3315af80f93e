import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "../settings/settings.ts";
import type { DeployedResource } from "./deployed.ts";
import { replacements } from "./replacements.ts";
import { replicasInUse } from "./replicas-in-use.ts";

export { deployedResources, type DeployedResource } from "./deployed.ts";

/**
 * Every change in the settings that would lose data. The engine would refuse the first one it meets, after it has begun,
 * and does not know of the others; this says all of them before.
 * @param deployed what there is: of the engine's state, or of a plan
 */
export function dataLoss(settings: Settings, deployed: readonly DeployedResource[]): Problem[] {
  return [...replacements(settings, deployed), ...replicasInUse(settings, deployed)];
}
