import protobuf from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { unknown } from "../../catalog/unknown.ts";

/** Plain properties, without the engine's wrappings. A value that only the apply will tell is {@link unknown}. */
export type Values = Readonly<Record<string, unknown>>;

// The engine's protocol marks special values by these; see Pulumi's `sdk/go/common/resource/sig`.
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Unmarshalled {
  readonly values: Values;
  /** Names of the properties that hold a secret, at whatever depth. */
  readonly secrets: readonly string[];
}

/** Properties as the engine sends them. */
export function unmarshal(struct: Struct | undefined): Unmarshalled {
  const secrets: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, wrapped] of Object.entries(struct?.toJavaScript() ?? {})) {
    const value = unwrap(wrapped, () => secrets.push(name));
    if (value !== undefined && value !== null) values[name] = value;
  }
  return { values, secrets };
}

/** Properties as the engine reads them, with those named as secret wrapped. */
export function marshal(values: Values, secrets: Iterable<string> = []): Struct {
  const secret = new Set(secrets);
  const wrapped: Record<string, JavaScriptValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const plain = wrap(value);
    wrapped[name] =
      secret.has(name) && plain !== unknownValue ? { [signature]: secretSignature, value: plain } : plain;
  }
  return protobuf.Struct.fromJavaScript(wrapped);
}

function unwrap(value: unknown, onSecret: () => void): unknown {
  if (value === unknownValue) return unknown;
  if (Array.isArray(value)) return value.map((item) => unwrap(item, onSecret));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Values;
  if (object[signature] === secretSignature) {
    onSecret();
    return unwrap(object["value"], onSecret);
  }
  if (object[signature] === outputSignature) {
    if (object["secret"] === true) onSecret();
    return "value" in object ? unwrap(object["value"], onSecret) : unknown;
  }
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, unwrap(item, onSecret)]));
}

function wrap(value: unknown): JavaScriptValue {
  if (value === unknown) return unknownValue;
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, wrap(item)]));
  }
  return value as string | number | boolean;
}
