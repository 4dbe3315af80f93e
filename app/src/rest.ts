/** What `main.tsx` loads after the sign-in page, or at once for somebody who is signed in. */
import { restoreQueries } from "./api/persisted.ts";

export { supabase } from "./api/supabase.ts";
export { watchSession } from "./auth/watch-session.ts";
export { SignedIn } from "./shell/signed-in.tsx";

/** To be waited for before the first page is drawn, or it would be drawn twice. */
export const restored = restoreQueries();
