import { createHash, timingSafeEqual } from "node:crypto";
import type { ProjectKeys } from "../auth/keys.ts";
import { createTokenKit, type TokenKit } from "../auth/tokens.ts";

/** Seconds that the JWT lives which stands for a publishable or secret key. */
const LIFETIME = 300;
/** It is made anew when it has less than this left. */
const RENEWAL = 60;

/** The body of a 401. */
export interface Refusal {
  message: string;
  hint: string;
}

/** The check of the `apikey` header or query parameter that stands before Auth and the data API. */
export interface ApiKeys {
  /**
   * Undefined when the request may pass; then `authorization` is the user's token, or else a token of the key's role,
   * and the key itself is gone from the URL.
   */
  admit(headers: Headers, url: URL, keys: ProjectKeys): Promise<Refusal | undefined>;
}

export function createApiKeys(now: () => number = Date.now): ApiKeys {
  let roleTokens: RoleTokens | undefined;

  return {
    async admit(headers, url, keys) {
      const key = headers.get("apikey") ?? url.searchParams.get("apikey");
      url.searchParams.delete("apikey");
      if (!key) {
        return {
          message: "No API key found in request",
          hint: "No `apikey` request header or url param was found.",
        };
      }
      const role = roleOf(key, keys);
      if (!role) {
        return {
          message: "Invalid API key",
          hint: "Double check your Supabase `anon` or `service_role` API key.",
        };
      }
      if (key === keys.secretKey && /^Mozilla\//.test(headers.get("user-agent") ?? "")) {
        return {
          message: "Forbidden use of secret API key in browser",
          hint: "Secret API keys can only be used in a protected environment and should never be used in a browser. Delete this secret API key immediately.",
        };
      }
      const bearer = /^Bearer\s+(.*)$/i.exec(headers.get("authorization") ?? "")?.[1]?.trim();
      if (bearer && bearer !== key) return undefined;
      if (roleTokens?.keys !== keys) roleTokens = new RoleTokens(keys, now);
      headers.set("authorization", `Bearer ${key.startsWith("sb_") ? await roleTokens.token(role) : key}`);
      return undefined;
    },
  };
}

function roleOf(key: string, keys: ProjectKeys): "anon" | "service_role" | undefined {
  if (same(key, keys.publishableKey) || same(key, keys.anonKey)) return "anon";
  if (same(key, keys.secretKey) || same(key, keys.serviceRoleKey)) return "service_role";
  return undefined;
}

/** Compares without telling by its time how much was right. */
function same(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Short-lived tokens of the two roles, made when needed and used until shortly before their end. */
class RoleTokens {
  readonly #kit: TokenKit;
  readonly #made = new Map<string, { token: Promise<string>; until: number }>();

  constructor(
    readonly keys: ProjectKeys,
    private readonly now: () => number,
  ) {
    this.#kit = createTokenKit(keys, now);
  }

  token(role: string): Promise<string> {
    const seconds = this.now() / 1000;
    const made = this.#made.get(role);
    if (made && made.until > seconds) return made.token;
    const token = this.#kit.sign({ role, iss: "supabase", ref: this.keys.projectRef }, LIFETIME);
    this.#made.set(role, { token, until: seconds + LIFETIME - RENEWAL });
    return token;
  }
}
