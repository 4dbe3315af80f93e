import type { Problem } from "../../catalog/problem.ts";
import type { Owned, Project } from "../state/model.ts";
import type { Store } from "../state/store.ts";
import type { Values } from "./marshal.ts";

/** What providers cause outside the store; the daemon brings it. Each may be called again for what is already done. */
export interface ProviderHooks {
  /** Makes the project's database and services; resolves when they answer. */
  createProject(project: Project): Promise<void>;
  /** The project's record has changed: its password, name or size. */
  updateProject(project: Project): Promise<void>;
  deleteProject(ref: string): Promise<void>;
  projectKeys(ref: string): ProjectKeys;
  /** Connection string of the project's pooler, with `[YOUR-PASSWORD]` in place of the password. */
  poolerUrl(ref: string): string;
  /** By bucket key, see {@link bucketKey}. */
  bucketIsEmpty(key: string): boolean | Promise<boolean>;
  /** Forgets what little an empty bucket still holds. */
  dropBucket(key: string): void | Promise<void>;
  /** Where bundles lie: `<slug>/<sha256>.js`. */
  readonly functionsDirectory: string;
  /** Where web files lie, by SHA-1 of their content. */
  readonly hostingDirectory: string;
  /** The folder of the program: relative paths in its resources start here, as they do for a plugin that the engine runs. */
  readonly projectRoot: string;
}

export interface ProjectKeys {
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  readonly publishableKey: string;
  readonly secretKey: string;
}

/** What a behaviour acts on. */
export interface Context {
  readonly store: Store;
  readonly hooks: ProviderHooks;
  /** One line for the daemon's log. Never a secret. */
  readonly log: (line: string) => void;
}

export interface ApplyRequest {
  readonly urn: string;
  /** With the provider's defaults. */
  readonly inputs: Values;
  /** The id of the resource to update; absent when it is to be created. */
  readonly id?: string;
  /** Its outputs so far; empty when it is to be created. */
  readonly state: Values;
  /** An earlier creation of the same URN was begun and the engine does not know how it ended. */
  readonly retried: boolean;
}

export interface Applied {
  readonly id: string;
  /** Outputs beside the inputs. */
  readonly outputs: Values;
}

/** Something that exists and that the engine takes over. */
export interface Imported {
  /** Its id from then on, where it is not the one it was imported by. */
  readonly id: string;
  /** All that the vendor tells of it. */
  readonly outputs: Values;
}

/** What the local target makes of one resource type. */
export interface Behaviour {
  readonly token: string;
  /** What the real provider or vendor does here and the local target does not. */
  readonly notImitated: readonly string[];
  /** Inputs whose change the real provider does not act on. */
  readonly ignoredChanges?: readonly string[];
  /** Set where old and new cannot exist at once. */
  readonly deleteBeforeReplace?: boolean;
  /** Outputs that each update changes, beside inputs. */
  readonly changing?: readonly string[];
  /** What is wrong with the inputs that only the state or the disk can tell; inputs may hold unknowns. */
  problems?(context: Context, inputs: Values): Problem[];
  /** Outputs that follow from the inputs before anything is made. */
  planned?(context: Context, inputs: Values): Values;
  /** Observe → ensure → sync → return: creates, updates, or finds what an interrupted creation left. */
  apply(context: Context, request: ApplyRequest): Applied | Promise<Applied>;
  /** The outputs as they are now; undefined when it is gone. */
  observe(context: Context, id: string, state: Values): Values | undefined;
  /**
   * What an import id names, undefined where there is none. Absent where the real provider imports nothing of this type.
   * @throws VendorError, in the provider's words, for an id of another form
   */
  imported?(context: Context, id: string): Imported | undefined;
  /** Takes it away; nothing to do when it is gone already. */
  remove(context: Context, id: string, state: Values, urn: string): void | Promise<void>;
}

/** A look-up that a program invokes. Throws a {@link VendorError} when it cannot be answered. */
export interface Lookup {
  readonly token: string;
  readonly notImitated: readonly string[];
  answer(context: Context, inputs: Values): Values | Promise<Values>;
}

/** An answer of the vendor's that stops the update, in the vendor's words and with its code. */
export class VendorError extends Error {
  override readonly name = "VendorError";
}

/**
 * Whether a record is the one that this request is about, rather than another's that stands in its way. An update may
 * come under another URN than the creation did, where the program gave the resource an alias.
 */
export function isOwn(record: Owned, { urn, id, retried }: ApplyRequest): boolean {
  return id !== undefined || (retried && record.urn === urn);
}

/** Whether another resource has written that record in this very update, so that the end of the old one must spare it. */
export function isTakenOver({ store }: Context, record: Owned | undefined, urn: string): boolean {
  return (
    record !== undefined && record.urn !== urn && store.collection("creations").get(record.urn) !== undefined
  );
}

/** What a creation that was interrupted has left, if anything. */
export function leftOver<T extends Owned>(
  records: readonly T[],
  { urn, retried }: ApplyRequest,
): T | undefined {
  return retried ? records.find((record) => record.urn === urn) : undefined;
}
