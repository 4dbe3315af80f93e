import { nameOf, parseState } from "../stack-state.ts";

/** A resource of a stack's state with its secrets in the clear: to be held no longer than it is needed, and never printed. */
export interface DecryptedResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Reads what `pulumi stack export --show-secrets` prints. */
export function parseExport(text: string): DecryptedResource[] {
  return parseState(text).resources.map((resource) => ({
    type: resource.type,
    name: nameOf(resource),
    id: resource.id ?? "",
    outputs: open(resource.outputs) as Record<string, unknown>,
  }));
}

// By which the engine's state marks a secret; see Pulumi's `sdk/go/common/resource/sig`.
const signature = "4dabf18193072939515e22adb298388d";

function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  const { [signature]: mark, plaintext } = value as Record<string, unknown>;
  if (mark !== undefined) return typeof plaintext === "string" ? open(JSON.parse(plaintext)) : undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, open(item)]));
}
