import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import { writeAtomically } from "../../state/store.ts";

/** The secrets of one Supabase project, as its dashboard shows them under "API keys" and "JWT keys". */
export interface ProjectKeys {
  readonly projectRef: string;
  /** ES256. `privateJwk` signs access tokens; `publicJwk` is what the JWKS shows; both carry the same `kid`. */
  readonly signing: { readonly kid: string; readonly privateJwk: JWK; readonly publicJwk: JWK };
  /** Secret of the legacy HS256 tokens. */
  readonly jwtSecret: string;
  /** `sb_publishable_…`: not a JWT, maps to the role anon. */
  readonly publishableKey: string;
  /** `sb_secret_…`: not a JWT, maps to the role service_role. */
  readonly secretKey: string;
  /** Legacy HS256 JWT with role anon. */
  readonly anonKey: string;
  /** Legacy HS256 JWT with role service_role. */
  readonly serviceRoleKey: string;
}

/**
 * Reads the project's keys, or makes them on first use. The file is readable by its owner alone. Keys of another
 * project are replaced: tokens of a project that was destroyed must not open the next one.
 */
export async function loadOrCreateKeys(file: string, projectRef: string): Promise<ProjectKeys> {
  if (existsSync(file)) {
    const keys = JSON.parse(readFileSync(file, "utf8")) as ProjectKeys;
    if (keys.projectRef === projectRef) return keys;
  }
  const keys = await createKeys(projectRef);
  writeAtomically(file, JSON.stringify(keys, undefined, 1));
  return keys;
}

/** Fresh keys that are written nowhere. */
export async function createKeys(projectRef: string): Promise<ProjectKeys> {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const kid = randomUUID();
  const common = { kid, alg: "ES256", use: "sig" };
  const jwtSecret = randomBytes(40).toString("base64url");
  return {
    projectRef,
    signing: {
      kid,
      privateJwk: { ...(await exportJWK(pair.privateKey)), ...common, key_ops: ["sign"] },
      publicJwk: { ...(await exportJWK(pair.publicKey)), ...common, key_ops: ["verify"] },
    },
    jwtSecret,
    publishableKey: apiKey("sb_publishable_", projectRef),
    secretKey: apiKey("sb_secret_", projectRef),
    anonKey: await legacyKey("anon", projectRef, jwtSecret),
    serviceRoleKey: await legacyKey("service_role", projectRef, jwtSecret),
  };
}

/** Prefix, 22 random characters and, as in Supabase's keys, a checksum of 8 that tells a typing error from a revoked key. */
function apiKey(prefix: string, projectRef: string): string {
  const random = randomBytes(16).toString("base64url");
  const checksum = createHash("sha256")
    .update(`${projectRef}|${prefix}${random}`)
    .digest("base64url")
    .slice(0, 8);
  return `${prefix}${random}_${checksum}`;
}

/** Supabase's legacy keys live ten years. */
function legacyKey(role: string, ref: string, secret: string): Promise<string> {
  return new SignJWT({ role, ref })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("supabase")
    .setIssuedAt()
    .setExpirationTime("3650d")
    .sign(new TextEncoder().encode(secret));
}
