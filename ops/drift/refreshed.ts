/** A resource's properties, plain: secrets stand as `[secret]`, texts that are JSON objects as what they say. */
export type Values = Readonly<Record<string, unknown>>;

export interface Snapshot {
  /** What was asked for. */
  readonly inputs: Values;
  /** What the vendor answered. */
  readonly outputs: Values;
}

/** A resource as the engine remembers it and as the vendor has it now. */
export interface Refreshed {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The components it stands in, outermost first. */
  readonly path: readonly string[];
  readonly remembered: Snapshot;
  /** Absent where it is gone. */
  readonly found?: Snapshot;
  /** Whether an update would change it back, by its own provider's comparison. */
  readonly differs: boolean;
  /** What the provider names, such as `rules[0].expression`; undefined where it says no more than that it differs. */
  readonly paths?: readonly string[];
}

export interface RefreshAnswer {
  readonly resources: readonly Refreshed[];
  /** What the engine complains of. */
  readonly errors: readonly string[];
}

interface State {
  readonly type: string;
  readonly custom?: boolean;
  readonly parent?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

interface EngineEvent {
  readonly resOutputsEvent?: {
    readonly metadata: {
      readonly op: string;
      readonly urn: string;
      readonly type: string;
      readonly old?: State;
      readonly new?: State;
      readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
    };
  };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string; readonly urn?: string };
}

/**
 * Reads the events that `pulumi refresh --preview-only --json` streams, one a line. Its summary would leave out resources
 * whose provider names no properties, as those of the Management API.
 */
export function readEvents(stream: string): RefreshAnswer {
  const events = stream
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as EngineEvent);
  const done = events.flatMap(({ resOutputsEvent: event }) => (event ? [event.metadata] : []));
  const parents = new Map(done.map(({ urn, old }) => [urn, old?.parent ?? ""]));
  const path = (urn: string): string[] => {
    if (urn === "" || urn.includes("::pulumi:pulumi:Stack::")) return [];
    const outer = path(parents.get(urn) ?? "");
    return outer.at(-1) === nameOf(urn) ? outer : [...outer, nameOf(urn)];
  };
  return {
    resources: done
      .filter(({ type, old }) => old?.custom && !type.startsWith("pulumi:"))
      .map(({ urn, type, op, old, new: found, detailedDiff }) => ({
        urn,
        type,
        name: nameOf(urn),
        path: path(parents.get(urn) ?? ""),
        remembered: snapshot(old),
        ...(op !== "delete" && { found: snapshot(found) }),
        differs: op === "update",
        ...(detailedDiff && { paths: Object.keys(detailedDiff) }),
      })),
    errors: events.flatMap(({ diagnosticEvent: said }) =>
      said?.severity === "error"
        ? [[said.urn && nameOf(said.urn), said.message.trim()].filter(Boolean).join(": ")]
        : [],
    ),
  };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

function snapshot(state: State | undefined): Snapshot {
  return { inputs: plainObject(state?.inputs ?? {}), outputs: plainObject(state?.outputs ?? {}) };
}

// By which the engine's protocol marks special values; see Pulumi's `sdk/go/common/resource/sig`.
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "string") return value.startsWith("{") ? parsed(value) : value;
  if (typeof value !== "object" || value === null) return value;
  return (value as Values)[signature] === secretSignature ? "[secret]" : plainObject(value as Values);
}

/** Without what is absent, and without what the engine keeps for itself. */
function plainObject(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name, value]) => value !== null && value !== undefined && !name.startsWith("__"))
      .map(([name, value]) => [name, plain(value)]),
  );
}

function parsed(text: string): unknown {
  try {
    return plain(JSON.parse(text));
  } catch {
    return text;
  }
}
