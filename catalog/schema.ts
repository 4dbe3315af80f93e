/** What a provider demands of one property. */
export interface PropertySchema {
  /** `string`, `number`, `integer`, `boolean`, `any`, a type's token; `T[]`; `{[k]: T}`. */
  readonly type: string;
  readonly required?: boolean;
  /** Values allowed; `itemEnum` those of a list's items. */
  readonly enum?: readonly (string | number)[];
  readonly itemEnum?: readonly string[];
  readonly secret?: boolean;
  readonly deprecated?: boolean;
  /** A change makes a new resource. */
  readonly replaceOnChanges?: boolean;
  /** What the provider takes when nothing is given. */
  readonly default?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** A regular expression, and what it means in words. */
  readonly pattern?: string;
  readonly form?: string;
  /** The string must be JSON. */
  readonly json?: boolean;
  /** Of a rule's action parameters: the rule's actions under which it may stand. */
  readonly onlyForAction?: readonly string[];
}

export type Properties = Readonly<Record<string, PropertySchema>>;

/** A nested type: an object, or a string with a few values. */
export type TypeSchema =
  { readonly properties: Properties } | { readonly type: string; readonly enum: readonly string[] };

/** One file of `schemas/`: what this package uses of one provider. */
export interface ProviderSchema {
  readonly provider: string;
  readonly version: string;
  /** Where the data was read off. */
  readonly readOff: string;
  readonly config: Properties;
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly inputs: Properties;
        readonly outputs: Properties;
        readonly requiredOutputs: readonly string[];
      }
    >
  >;
  readonly functions: Readonly<Record<string, { readonly inputs: Properties; readonly outputs: Properties }>>;
  readonly types: Readonly<Record<string, TypeSchema>>;
}

/** `T` of `T[]` or `{[k]: T}`. */
export function itemType(type: string): { container: "list" | "map"; item: string } | undefined {
  if (type.endsWith("[]")) return { container: "list", item: type.slice(0, -2) };
  const map = /^\{\[k\]: (.*)\}$/.exec(type);
  return map?.[1] ? { container: "map", item: map[1] } : undefined;
}
