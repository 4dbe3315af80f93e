import { storageKey } from "../api/api.ts";

/** A session that runs out within this time counts as run out: the auth client renews it first. */
const MARGIN_S = 90;

/** Of a session what is needed before the auth client is there. */
export interface StoredSession {
  userId: string;
  accessToken: string;
}

/**
 * Who is signed in, as this browser's storage tells without the auth client's code: a session that is good for now, null
 * for nobody, undefined where only the auth client can tell: it has to renew the session first, or the address brings one.
 */
export function storedSession(
  storage: () => Pick<Storage, "getItem"> = () => localStorage,
  address: Pick<Location, "hash" | "search"> = location,
): StoredSession | null | undefined {
  if (/\b(access_token|error_description)=/.test(address.hash + address.search)) return undefined;
  try {
    const stored = storage().getItem(storageKey);
    if (stored === null) return null;
    const { access_token, expires_at, user } = JSON.parse(stored);
    const isGood = expires_at - Date.now() / 1000 >= MARGIN_S && access_token && user?.id;
    return isGood ? { userId: user.id, accessToken: access_token } : undefined;
  } catch {
    return undefined;
  }
}
