import { AuthClient } from "@supabase/auth-js";
import { PostgrestClient } from "@supabase/postgrest-js";
import { fetchReadsFrom } from "./reads.ts";

const {
  VITE_SUPABASE_URL: url,
  VITE_SUPABASE_READS_URL: readsUrl,
  VITE_SUPABASE_ANON_KEY: key,
} = import.meta.env;

const headers = { "x-application-name": "lavlay-web" };

/**
 * The parts of supabase-js that the first page needs, with the settings of the scaling guide. The whole of it would bring
 * its Realtime, Storage and Functions clients too, half its size; Realtime's is loaded late, see `realtime/`.
 */
const auth = new AuthClient({
  url: `${url}/auth/v1`,
  // Named as the client names it, which replaces it by the session's.
  headers: { ...headers, apikey: key, Authorization: `Bearer ${key}` },
  // Where supabase-js keeps the session.
  storageKey: `sb-${new URL(url).hostname.split(".")[0]}-auth-token`,
  persistSession: true,
  autoRefreshToken: true,
  detectSessionInUrl: true,
  flowType: "implicit",
});

const send: typeof fetch = readsUrl ? fetchReadsFrom(readsUrl, url) : (input, init) => fetch(input, init);

const rest = new PostgrestClient(`${url}/rest/v1`, {
  schema: "public",
  headers,
  fetch: async (input, init) => {
    const sent = new Headers(init?.headers);
    sent.set("apikey", key);
    sent.set("authorization", `Bearer ${(await accessToken()) ?? key}`);
    return send(input, { ...init, headers: sent });
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
