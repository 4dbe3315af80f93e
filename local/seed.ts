import type { Store } from "./state/store.ts";

/**
 * What exists at the vendors before anything is declared: an account with an active zone, an organisation, all on the
 * free plans. The ids are those of `Pulumi.local.yaml`.
 */
export function seedAccounts(store: Store): void {
  const accounts = store.collection("accounts");
  if (accounts.get("accounts")) return;
  accounts.put("accounts", {
    cloudflare: {
      accountId: "0000000000000000000000000010ca10",
      zones: [{ id: "0000000000000000000000000020ca10", name: "lavlay.localhost", plan: "free" }],
    },
    supabase: { organizationId: "local", plan: "free" },
    vercel: { plan: "hobby" },
    upstash: { plan: "free" },
  });
}
