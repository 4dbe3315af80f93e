import { providerSchemas, type ProviderName } from "../../catalog/catalog.ts";
import type { Behaviour, Lookup } from "./behaviour.ts";
import { cloudflareBehaviours, cloudflareLookups } from "./cloudflare/index.ts";
import { commandBehaviours, commandLookups } from "./command/index.ts";
import { sentryBehaviours, sentryLookups } from "./sentry/index.ts";
import type { Plugin } from "./server.ts";
import { supabaseBehaviours, supabaseLookups } from "./supabase/index.ts";
import { upstashBehaviours, upstashLookups } from "./upstash/index.ts";
import { vercelBehaviours, vercelLookups } from "./vercel/index.ts";

/** Everything that one provider of the local target can do. */
export interface ProviderPart {
  readonly plugin: Plugin;
  readonly behaviours: readonly Behaviour[];
  readonly lookups: readonly Lookup[];
}

const { cloudflare, command, sentry, supabase, upstash, vercel } = providerSchemas;

/** The providers of the local target. `--capabilities` prints this very list. */
export const providerParts: Readonly<Record<ProviderName, ProviderPart>> = {
  cloudflare: {
    plugin: { name: "cloudflare", version: cloudflare.version },
    behaviours: cloudflareBehaviours,
    lookups: cloudflareLookups,
  },
  command: {
    plugin: { name: "command", version: command.version },
    behaviours: commandBehaviours,
    lookups: commandLookups,
  },
  sentry: {
    plugin: { name: "sentry", version: sentry.version },
    behaviours: sentryBehaviours,
    lookups: sentryLookups,
  },
  supabase: {
    // The bridge for Terraform providers becomes Supabase's by its parameters.
    plugin: {
      name: "terraform-provider",
      version: "1.1.0",
      parameterized: { name: "supabase", version: supabase.version },
    },
    behaviours: supabaseBehaviours,
    lookups: supabaseLookups,
  },
  upstash: {
    plugin: { name: "upstash", version: upstash.version },
    behaviours: upstashBehaviours,
    lookups: upstashLookups,
  },
  vercel: {
    plugin: { name: "vercel", version: vercel.version },
    behaviours: vercelBehaviours,
    lookups: vercelLookups,
  },
};
