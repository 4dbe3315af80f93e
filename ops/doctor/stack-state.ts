import { CannotTell } from "./finding.ts";

/** A resource that the stack has made, by the engine's own state; secrets stay encrypted. */
export interface OwnResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a stack has made so far. */
export interface StackState {
  /** Whether the backend knows the stack at all. */
  readonly made: boolean;
  readonly resources: readonly OwnResource[];
  /** Operations of which the engine does not know how they ended. */
  readonly interrupted: number;
}

export const neverMade: StackState = { made: false, resources: [], interrupted: 0 };

interface Exported {
  readonly deployment?: {
    readonly resources?: readonly (Omit<OwnResource, "outputs"> & Partial<OwnResource>)[];
    readonly pending_operations?: readonly unknown[];
  };
}

/** Reads what `pulumi stack export` prints. */
export function parseState(text: string): StackState {
  let exported: Exported;
  try {
    exported = JSON.parse(text) as Exported;
  } catch {
    throw new CannotTell("the engine printed a state that is not JSON");
  }
  const { resources = [], pending_operations: pending = [] } = exported.deployment ?? {};
  return {
    made: true,
    resources: resources.map((resource) => ({ outputs: {}, ...resource })),
    interrupted: pending?.length ?? 0,
  };
}

/** The stack's own resource of that type with those outputs, or that id. */
export function ownResource(
  { resources }: StackState,
  type: string,
  wanted: Readonly<Record<string, unknown>>,
): OwnResource | undefined {
  return resources.find(
    (resource) =>
      resource.type === type &&
      Object.entries(wanted).every(
        ([name, value]) => (name === "id" ? resource.id : resource.outputs[name]) === value,
      ),
  );
}
