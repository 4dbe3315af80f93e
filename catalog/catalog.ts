import cloudflare from "./schemas/cloudflare.json" with { type: "json" };
import command from "./schemas/command.json" with { type: "json" };
import sentry from "./schemas/sentry.json" with { type: "json" };
import supabase from "./schemas/supabase.json" with { type: "json" };
import upstash from "./schemas/upstash.json" with { type: "json" };
import vercel from "./schemas/vercel.json" with { type: "json" };
import type { Properties, ProviderSchema, TypeSchema } from "./schema.ts";

export type ProviderName = "cloudflare" | "command" | "sentry" | "supabase" | "upstash" | "vercel";

/** The providers this package uses, with the resource types it uses of each. */
export const providerSchemas = {
  cloudflare: cloudflare as unknown as ProviderSchema,
  command: command as unknown as ProviderSchema,
  sentry: sentry as unknown as ProviderSchema,
  supabase: supabase as unknown as ProviderSchema,
  upstash: upstash as unknown as ProviderSchema,
  vercel: vercel as unknown as ProviderSchema,
} satisfies Record<ProviderName, ProviderSchema>;

/** What is known of one resource type. */
export interface Entry {
  /** As the engine names it, such as `cloudflare:index/r2Bucket:R2Bucket`. */
  readonly token: string;
  readonly provider: ProviderName;
  /** The provider's version that the entry was read off. */
  readonly version: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The nested types of its provider, by token. */
  readonly types: Readonly<Record<string, TypeSchema>>;
  readonly requiredInputs: readonly string[];
  /** Outputs that always have a value after creation. */
  readonly requiredOutputs: readonly string[];
  /** Inputs whose change makes a new resource. */
  readonly replaceOnChanges: readonly string[];
  readonly secretInputs: readonly string[];
  readonly secretOutputs: readonly string[];
  /** Why the vendor keeps it when it is destroyed, if it does. */
  readonly undeletable?: string;
}

/** What a vendor keeps although the engine has deleted it: destroying is only forgetting. */
const undeletable: Readonly<Record<string, string>> = {
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain": "the r2.dev address stays as it was",
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle": "the rules stay on the bucket",
  "cloudflare:index/zoneSetting:ZoneSetting": "the setting keeps its value",
  "supabase:index/settings:Settings": "the project keeps its configuration",
};

/** A bucket's jurisdiction is part of what it is: neither it nor what hangs on it can move to another. */
const replacesToo: Readonly<Record<string, readonly string[]>> = {
  "cloudflare:index/r2Bucket:R2Bucket": ["jurisdiction"],
  "cloudflare:index/r2CustomDomain:R2CustomDomain": ["jurisdiction"],
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain": ["jurisdiction"],
  "cloudflare:index/r2BucketCors:R2BucketCors": ["jurisdiction"],
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle": ["jurisdiction"],
};

const entries = new Map<string, Entry>();
for (const provider of Object.keys(providerSchemas) as ProviderName[]) {
  const schema = providerSchemas[provider];
  for (const [token, { inputs, outputs, requiredOutputs }] of Object.entries(schema.resources)) {
    const withMark = (properties: Properties, mark: "required" | "secret" | "replaceOnChanges") =>
      Object.keys(properties).filter((name) => properties[name]?.[mark]);
    entries.set(token, {
      token,
      provider,
      version: schema.version,
      inputs,
      outputs,
      types: schema.types,
      requiredInputs: withMark(inputs, "required"),
      requiredOutputs,
      replaceOnChanges: [...withMark(inputs, "replaceOnChanges"), ...(replacesToo[token] ?? [])],
      secretInputs: withMark(inputs, "secret"),
      secretOutputs: withMark(outputs, "secret"),
      undeletable: undeletable[token],
    });
  }
}

/** The entry of a resource type; undefined when this package does not use the type. */
export function catalogEntry(token: string): Entry | undefined {
  return entries.get(token);
}

/** Every resource type this package uses. */
export function catalogEntries(): readonly Entry[] {
  return [...entries.values()];
}
