import { headers, send } from "./api.ts";

/** Who has not come for the answer by then asks anew. */
const LATEST_MS = 10_000;

interface Ahead {
  url: string;
  token: string;
  askedAt: number;
  /** Undefined when it did not succeed. */
  answer: Promise<Response | undefined>;
}

let ahead: Ahead | undefined;

/** Asks for what will be needed while the code that needs it is still on its way. The answer is undefined on failure. */
export function fetchAhead(url: string, token: string): Promise<Response | undefined> {
  const answer = send(url, { headers }, token).then(
    (response) => (response.ok ? response : undefined),
    () => undefined,
  );
  ahead = { url, token, askedAt: Date.now(), answer };
  return answer;
}

/**
 * The answer to this very request of this very person, if it was asked for ahead; just once, as it is soon outdated.
 * Undefined when it was not, or without success: then it is to be asked for.
 */
export async function takeAhead(url: string, token: string): Promise<Response | undefined> {
  if (ahead?.url !== url || ahead.token !== token) return undefined;
  const { answer, askedAt } = ahead;
  ahead = undefined;
  return Date.now() - askedAt < LATEST_MS ? answer : undefined;
}
