import type { Subscription } from "@supabase/auth-js";
import { persister } from "../api/persisted.ts";
import { queryClient } from "../api/query-client.ts";
import { supabase } from "../api/supabase.ts";

let watching: Subscription | undefined;

/**
 * Tells who is signed in, by id, null for nobody: at once, and then at every change, those in other tabs included. Who
 * asked before is told no more.
 */
export function watchSession(tell: (userId: string | null) => void): void {
  watching?.unsubscribe();
  const { data } = supabase.auth.onAuthStateChange((event, session) => {
    // What one user saw is not for the next one at this browser.
    if (event === "SIGNED_OUT") {
      queryClient.clear();
      void persister.removeClient();
    }
    tell(session?.user.id ?? null);
  });
  watching = data.subscription;
}
