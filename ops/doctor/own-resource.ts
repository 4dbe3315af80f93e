import type { StackState, StateResource } from "../stack-state.ts";

/** The stack's own resource of that type with those outputs, or that id. */
export function ownResource(
  { resources }: StackState,
  type: string,
  wanted: Readonly<Record<string, unknown>>,
): StateResource | undefined {
  return resources.find(
    (resource) =>
      resource.type === type &&
      Object.entries(wanted).every(
        ([name, value]) => (name === "id" ? resource.id : resource.outputs[name]) === value,
      ),
  );
}
