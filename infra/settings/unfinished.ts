import type { Problem } from "../../catalog/problem.ts";
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
  return [...open, ...missingKeys(config)];
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
