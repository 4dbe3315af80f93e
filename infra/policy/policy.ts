import type { Settings } from "../settings/settings.ts";

/** Stands for a value that is secret: what it is, no policy may see. Of the process, as `unknown` is. */
export const secret = Symbol.for("lavlay: secret");

/** A resource as policies see it: values that only the apply tells are `unknown`, secret ones `secret`. */
export interface PolicyResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Refuses to be deleted. */
  readonly protect: boolean;
}

/** What policies know of the stack. */
export type PolicyContext = Pick<Settings, "target" | "plans">;

interface Rule {
  /** In words with hyphens, as the engine prints it. */
  readonly name: string;
  /** What it is for, as the engine prints it. */
  readonly description: string;
  /** `mandatory` stops an update. */
  readonly level: "mandatory" | "advisory";
}

/** A rule that each resource is held to by itself. */
export interface ResourcePolicy extends Rule {
  /** What is wrong with the resource: key, value, limit and fix, in words. */
  check(resource: PolicyResource, context: PolicyContext): string[];
}

/** A rule that a stack's resources are held to together. */
export interface StackPolicy extends Rule {
  checkStack(resources: readonly PolicyResource[], context: PolicyContext): Violation[];
}

export interface Violation {
  readonly urn: string;
  readonly message: string;
}

/** A text that is known and not secret; undefined otherwise. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The items of a list that is known; none otherwise. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A property of an object that is known; undefined otherwise. */
export function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[name];
}
