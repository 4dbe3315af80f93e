import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeAtomically } from "./state/store.ts";

/** Tokens in the vendors' own forms, for the environment of the engine. They open this local target and nothing else. */
export interface Tokens {
  CLOUDFLARE_API_TOKEN: string;
  SUPABASE_ACCESS_TOKEN: string;
  VERCEL_API_TOKEN: string;
  UPSTASH_API_KEY: string;
  SENTRY_AUTH_TOKEN: string;
}

/** This local target's tokens, each made once. */
export function loadOrCreateTokens(file: string): Tokens {
  let known: Partial<Tokens> = {};
  try {
    known = JSON.parse(readFileSync(file, "utf8")) as Partial<Tokens>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const hex = (bytes: number) => randomBytes(bytes).toString("hex");
  const tokens = {
    CLOUDFLARE_API_TOKEN: hex(20),
    SUPABASE_ACCESS_TOKEN: `sbp_${hex(20)}`,
    VERCEL_API_TOKEN: hex(12),
    UPSTASH_API_KEY: hex(18),
    SENTRY_AUTH_TOKEN: `sntryu_${hex(32)}`,
    // An earlier version knew fewer.
    ...known,
  };
  writeAtomically(file, JSON.stringify(tokens, undefined, 2));
  return tokens;
}
