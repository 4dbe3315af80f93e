import type { Problem } from "../../catalog/problem.ts";
import { seedKey, validGenerations } from "./generations.ts";
import type { StackConfig } from "./schema.ts";

/** Stands in the committed YAML until somebody puts their own id in its place. */
const placeholders: ReadonlySet<string> = new Set(["0".repeat(32), "your-organization"]);

/** What a stack's YAML still leaves open: enough to plan with, not to apply. */
export function unfinished(config: StackConfig): Problem[] {
  const ids = {
    "lavlay:cloudflare.accountId": config.cloudflare.accountId,
    "lavlay:cloudflare.zoneId": config.cloudflare.zoneId,
    "lavlay:supabase.organizationId": config.supabase.organizationId,
  };
  const open = Object.entries(ids)
    .filter(([, value]) => placeholders.has(value))
    .map(([key, value]) => ({
      key,
      value,
      limit: "it is only a placeholder",
      fix: "Put your own id in its place in the stack's YAML.",
    }));
  return [...open, ...missingKeys(config), ...missingSeeds(config)];
}

/** The first generation can do without one. */
function missingSeeds(config: StackConfig): Problem[] {
  return validGenerations(config.rotation.functionSecrets)
    .filter((generation) => generation > 1 && config[seedKey(generation)] === undefined)
    .map((generation) => ({
      key: `lavlay:${seedKey(generation)}`,
      value: "(missing)",
      limit: `generation ${generation} of lavlay:rotation.functionSecrets is derived from it`,
      fix: "Put it back from the YAML's history: `npm run rotate` wrote it.",
    }));
}

/** The keys of the vendors that the YAML names. */
function missingKeys({ email, emailApiKey, payments, paystackSecretKey }: StackConfig): Problem[] {
  const missing = (key: string, of: string): Problem => ({
    key,
    value: "(missing)",
    limit: `${of} needs it`,
    fix: `Set it with \`pulumi config set --secret ${key}\`, or take ${of} out.`,
  });
  return [
    ...(email && !emailApiKey ? [missing("lavlay:emailApiKey", "lavlay:email")] : []),
    ...(payments && !paystackSecretKey ? [missing("lavlay:paystackSecretKey", "lavlay:payments")] : []),
  ];
}
