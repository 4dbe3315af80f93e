import { supabasePlans, type SupabaseEntitlements } from "../../../catalog/entitlements/supabase.ts";
import type { Store } from "../../state/store.ts";

/** What the organisation's plan allows, as it really is: what a stack declares may be something else. */
export function planOf(store: Store): SupabaseEntitlements {
  return supabasePlans[store.collection("accounts").get("accounts")?.supabase.plan ?? "free"];
}
