import type { Session } from "@supabase/auth-js";
import { useEffect, useState } from "react";
import { persister } from "../api/persisted.ts";
import { queryClient } from "../api/query-client.ts";
import { supabase } from "../api/supabase.ts";

/** The session: undefined until this browser's storage is read, null when nobody is signed in. */
export function useSession(): Session | null | undefined {
  const [session, setSession] = useState<Session | null>();
  useEffect(() => {
    // Tells the stored session first, then every change, those in other tabs included.
    const { data } = supabase.auth.onAuthStateChange((event, next) => {
      // What one user saw is not for the next one at this browser.
      if (event === "SIGNED_OUT") {
        queryClient.clear();
        void persister.removeClient();
      }
      setSession(next);
    });
    return () => data.subscription.unsubscribe();
  }, []);
  return session;
}
