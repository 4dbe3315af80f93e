import type { Configuration } from "./env.ts";
import { log } from "./log.ts";

/**
 * Takes a place in a user's allowance of uploads, which all instances of the function share.
 * @returns 0, or the seconds to wait when the allowance is used up. Never rejects: when nobody can be asked, uploads go on.
 */
export type TakeSlot = (userId: string, authorization: string) => Promise<number>;

/** So many uploads a minute; the allowance in Postgres (`take_upload_slot`) has the same number. */
const perMinute = 30;

/** By Redis where there is one, else by the database, asked as the user. */
export function createUploadLimit({ supabaseUrl, anonKey, redis }: Configuration): TakeSlot {
  const ask: TakeSlot = redis
    ? (userId) => askRedis(redis, userId)
    : (_, authorization) => askDatabase(supabaseUrl, anonKey, authorization);
  return (userId, authorization) =>
    ask(userId, authorization).catch((error: unknown) => {
      log("warn", "upload-limit-unavailable", { reason: String(error) });
      return 0;
    });
}

/** Counts in windows of a minute: one round trip, and the counter goes by itself. */
async function askRedis({ url, token }: { url: string; token: string }, userId: string): Promise<number> {
  const seconds = Math.floor(Date.now() / 1000);
  const key = `uploads:${userId}:${Math.floor(seconds / 60)}`;
  const answer = await post(`${url}/pipeline`, token, {}, [
    ["INCR", key],
    ["EXPIRE", key, "120"],
  ]);
  const [counted] = answer as { result?: unknown }[];
  if (typeof counted?.result !== "number") throw new Error("no count");
  return counted.result > perMinute ? 60 - (seconds % 60) : 0;
}

async function askDatabase(
  supabaseUrl: string,
  anonKey: string | undefined,
  authorization: string,
): Promise<number> {
  const token = authorization.replace(/^Bearer +/i, "");
  const headers: Record<string, string> = anonKey === undefined ? {} : { apikey: anonKey };
  const answer = await post(`${supabaseUrl}/rest/v1/rpc/take_upload_slot`, token, headers, {});
  if (typeof answer !== "number") throw new Error("no number");
  return answer;
}

async function post(url: string, token: string, headers: Record<string, string>, body: unknown) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(2_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return JSON.parse(text) as unknown;
}
