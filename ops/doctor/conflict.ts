import type { Settings } from "../../infra/settings/settings.ts";
import type { PlannedResource } from "../plan/plan.ts";
import { fail, ok, type Answer } from "./finding.ts";
import { ownResource } from "./own-resource.ts";
import type { Subject } from "./subject.ts";

export interface Existing {
  readonly type: string;
  /** The outputs (or `id`) by which the stack's own resource is known. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Which of the declared resources of that type it would be, where there are several. */
  readonly declaredAs?: (inputs: PlannedResource["inputs"]) => boolean;
  /** In words, such as `the bucket lavlay-media`. */
  readonly name: string;
  /** Another way out than adoption. */
  readonly orElse: string;
}

/** Something that the stack would make is there: its own, about to be taken over, or in the way. */
export async function existingAnswer(
  { stack, settings, engine, planned }: Subject,
  { type, known, declaredAs, name, orElse }: Existing,
): Promise<Answer> {
  const { resources } = await planned();
  if (adoptedId(settings, resources, type, declaredAs)) {
    return ok(`${name} is taken over by the next update (lavlay:adopt)`);
  }
  if (ownResource(await engine.state(), type, known)) return ok(`${name} is the stack's own`);
  return fail(
    `${name} exists, and this stack has not made it: an update cannot make it again`,
    `Take it over: npm run adopt -- --stack ${stack}. Or ${orElse}`,
  );
}

/** The vendor's id of what the configuration takes over for the declared resource of that type. */
export function adoptedId(
  { adopt }: Settings,
  resources: readonly PlannedResource[],
  type: string,
  declaredAs: Existing["declaredAs"] = () => true,
): string | undefined {
  const declared = resources.find((resource) => resource.type === type && declaredAs(resource.inputs));
  const adoption = declared && adopt[declared.name];
  return adoption?.import ?? adoption?.read;
}
