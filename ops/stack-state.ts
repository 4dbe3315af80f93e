import type { EngineAnswer } from "./stack-engine.ts";

/** A resource, by the engine's own state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** The vendor's. */
  readonly id?: string;
  /** Whether the stack only reads it. */
  readonly external?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Secrets are as they were exported: encrypted, but for `--show-secrets`. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a stack has made so far. */
export interface StackState {
  /** Whether the backend knows the stack at all. */
  readonly made: boolean;
  readonly resources: readonly StateResource[];
  /** Operations of which the engine does not know how they ended. */
  readonly interrupted: number;
}

interface Exported {
  readonly deployment?: {
    readonly resources?: readonly (Omit<StateResource, "outputs"> & Partial<StateResource>)[];
    readonly pending_operations?: readonly unknown[] | null;
  };
}

/** Reads what `pulumi stack export` prints. @throws SyntaxError where that is no JSON */
export function parseState(text: string): StackState {
  const { resources = [], pending_operations: pending } = (JSON.parse(text) as Exported).deployment ?? {};
  return {
    made: true,
    resources: resources.map((resource) => ({ outputs: {}, ...resource })),
    interrupted: pending?.length ?? 0,
  };
}

/** The same for a stack that the backend may not know yet; undefined where `pulumi stack export` failed otherwise. */
export function stateIn({ exitCode, stdout, stderr }: EngineAnswer): StackState | undefined {
  if (exitCode === 0) return parseState(stdout);
  return /no stack named/i.test(stderr) ? { made: false, resources: [], interrupted: 0 } : undefined;
}

/** A resource's name in the program. */
export function nameOf({ urn }: Pick<StateResource, "urn">): string {
  return urn.split("::").at(-1) ?? urn;
}
