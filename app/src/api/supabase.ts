import { AuthClient } from "@supabase/auth-js";
import { PostgrestClient } from "@supabase/postgrest-js";
import { takeAhead } from "./ahead.ts";
import { apiKey, apiUrl, headers, send, storageKey } from "./api.ts";

/**
 * The parts of supabase-js that the first page needs, with the settings of the scaling guide. The whole of it would bring
 * its Realtime, Storage and Functions clients too, half its size; Realtime's is loaded late, see `realtime/`.
 */
const auth = new AuthClient({
  url: `${apiUrl}/auth/v1`,
  // Named as the client names it, which replaces it by the session's.
  headers: { ...headers, apikey: apiKey, Authorization: `Bearer ${apiKey}` },
  storageKey,
  persistSession: true,
  autoRefreshToken: true,
  detectSessionInUrl: true,
  flowType: "implicit",
});

const rest = new PostgrestClient(`${apiUrl}/rest/v1`, {
  schema: "public",
  headers,
  fetch: async (input, init) => {
    const token = (await accessToken()) ?? apiKey;
    return (await takeAhead(String(input), token)) ?? send(input, init, token);
  },
});

/** The session's token, renewed first if it has run out; undefined when nobody is signed in. */
export async function accessToken(): Promise<string | undefined> {
  const { data } = await auth.getSession();
  return data.session?.access_token;
}

/** The one client of the API. It keeps the session in this browser and renews it in time. */
export const supabase = {
  auth,
  from: rest.from.bind(rest) as typeof rest.from,
  rpc: rest.rpc.bind(rest) as typeof rest.rpc,
};
