import { createClient } from "@supabase/supabase-js";
import { fetchReadsFrom } from "./reads.ts";

const { VITE_SUPABASE_URL: url, VITE_SUPABASE_READS_URL: readsUrl } = import.meta.env;

/** The one client of the API. It keeps the session in this browser and renews it in time. */
export const supabase = createClient(url, import.meta.env.VITE_SUPABASE_ANON_KEY, {
  db: { schema: "public" },
  auth: { persistSession: true, autoRefreshToken: true },
  global: {
    headers: { "x-application-name": "lavlay-web" },
    ...(readsUrl && { fetch: fetchReadsFrom(readsUrl, url) }),
  },
  realtime: { params: { eventsPerSecond: 10 } },
});
