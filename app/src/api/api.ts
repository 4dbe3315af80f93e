import { fetchReadsFrom } from "./reads.ts";

const { VITE_SUPABASE_READS_URL: readsUrl } = import.meta.env;

/** The API's address and its public key. */
export const { VITE_SUPABASE_URL: apiUrl, VITE_SUPABASE_ANON_KEY: apiKey } = import.meta.env;

/** Where supabase-js keeps the session. */
export const storageKey = `sb-${new URL(apiUrl).hostname.split(".")[0]}-auth-token`;

/** What every request says of itself. */
export const headers = { "x-application-name": "lavlay-web" };

/** Sends a request of data as somebody: with a session's token, or with the public key for nobody. */
export function send(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  token: string,
): Promise<Response> {
  const sent = new Headers(init?.headers);
  sent.set("apikey", apiKey);
  sent.set("authorization", `Bearer ${token}`);
  return forward(input, { ...init, headers: sent });
}

const forward: typeof fetch = readsUrl
  ? fetchReadsFrom(readsUrl, apiUrl)
  : (input, init) => fetch(input, init);
