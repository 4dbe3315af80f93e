import { createClient } from "@supabase/supabase-js";

/** The one client of the API. It keeps the session in this browser and renews it in time. */
export const supabase = createClient(
  import.meta.env.VITE_SUPABASE_URL,
  import.meta.env.VITE_SUPABASE_ANON_KEY,
  {
    db: { schema: "public" },
    auth: { persistSession: true, autoRefreshToken: true },
    global: { headers: { "x-application-name": "lavlay-web" } },
    realtime: { params: { eventsPerSecond: 10 } },
  },
);
