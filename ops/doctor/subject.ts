import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import type { StackFile } from "../../infra/settings/stack-file.ts";
import { cloudflareAccess, type CloudflareAccess } from "./cloudflare/access.ts";
import { engineAccess, type EngineAccess, type PulumiCli } from "./engine.ts";
import { CannotTell } from "./finding.ts";
import { once } from "./once.ts";
import { plannedResources, type Planned } from "./planned.ts";
import { readable } from "./readable.ts";
import { supabaseAccess, type SupabaseAccess } from "./supabase/access.ts";
import { sentryAccess, type SentryAccess } from "./sentry.ts";
import type { InstalledTools } from "./tools.ts";
import { upstashAccess, type UpstashAccess } from "./upstash.ts";
import { vercelAccess, type VercelAccess } from "./vercel/access.ts";

/** One stack, as everything that is looked at can be asked about it. Each question is asked once. */
export interface Subject {
  readonly stack: string;
  readonly file: StackFile;
  /** As far as the configuration can be read. */
  readonly settings: Settings;
  readonly problems: readonly Problem[];
  /** Refuses to look for what the configuration does not name. @throws CannotTell */
  named(...keys: readonly string[]): void;
  planned(): Promise<Planned>;
  readonly tools: InstalledTools;
  readonly engine: EngineAccess;
  readonly cloudflare: CloudflareAccess;
  readonly supabase: SupabaseAccess;
  readonly vercel: VercelAccess;
  readonly upstash: UpstashAccess;
  readonly sentry: SentryAccess;
}

export interface SubjectOptions {
  readonly stack: string;
  readonly file: StackFile;
  /** With the tokens; for the stack `local`, the running local target's. */
  readonly environment: NodeJS.ProcessEnv;
  readonly tools: InstalledTools;
  /** Undefined where there is no engine. */
  readonly pulumi: PulumiCli | undefined;
  /** Default: by the program itself. */
  readonly plan?: typeof plannedResources;
  /** Where the vendors answer; default: where the stack's target says. */
  readonly endpoints?: Settings["endpoints"];
}

export function subjectOf(options: SubjectOptions): Subject {
  const { stack, file, environment, tools, pulumi, endpoints, plan = plannedResources } = options;
  const { settings: read, problems, missing } = readable(stack, file, environment);
  const settings = endpoints ? { ...read, endpoints } : read;
  const named = (...keys: readonly string[]) => {
    const unset = keys.filter((key) => missing.has(key));
    if (unset.length > 0)
      throw new CannotTell(`${unset.join(" and ")} ${unset.length > 1 ? "are" : "is"} not set`);
  };
  return {
    stack,
    file,
    settings,
    problems,
    named,
    planned: once(() => plan(settings, file)),
    tools,
    engine: engineAccess(stack, pulumi),
    cloudflare: cloudflareAccess(settings, named, environment),
    supabase: supabaseAccess(settings, named, environment),
    vercel: vercelAccess(settings, environment),
    upstash: upstashAccess(settings, environment),
    sentry: sentryAccess(settings, environment),
  };
}
