import { errors, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWTPayload } from "jose";
import type { ProjectKeys } from "./keys.ts";

/** What a token of this project may say about itself; everything else of the payload is passed on untouched. */
export interface Claims extends JWTPayload {
  role?: string;
  email?: string;
  session_id?: string;
}

export interface VerifyOptions {
  audience?: string;
  /** Seconds that clocks may differ. Default 0. */
  clockTolerance?: number;
}

export interface TokenKit {
  /** Signs with the project's ES256 key. `expiresIn` in seconds. */
  sign(claims: Claims, expiresIn: number): Promise<string>;
  /** The claims of a token with a valid signature and lifetime; throws jose's `JOSEError` otherwise. */
  verify(token: string, options?: VerifyOptions): Promise<Claims>;
}

/**
 * Signs and verifies the project's tokens. An algorithm is never taken from the token alone: ES256 is only ever
 * checked with the project's public key and HS256 only with its legacy secret, so a public key cannot be used as a secret.
 */
export function createTokenKit(keys: ProjectKeys, now: () => number = Date.now): TokenKit {
  const { kid } = keys.signing;
  const privateKey = importJWK(keys.signing.privateJwk, "ES256") as Promise<CryptoKey>;
  const publicKey = importJWK(keys.signing.publicJwk, "ES256") as Promise<CryptoKey>;
  const legacySecret = new TextEncoder().encode(keys.jwtSecret);

  return {
    async sign(claims, expiresIn) {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + expiresIn)
        .sign(await privateKey);
    },
    async verify(token, { audience, clockTolerance = 0 } = {}) {
      const ecKey = await publicKey;
      const { payload } = await jwtVerify<Claims>(
        token,
        (header) => {
          if (header.alg === "HS256") return legacySecret;
          if (header.alg === "ES256" && (header.kid === undefined || header.kid === kid)) return ecKey;
          throw new errors.JWKSNoMatchingKey();
        },
        { algorithms: ["ES256", "HS256"], audience, clockTolerance, currentDate: new Date(now()) },
      );
      return payload;
    },
  };
}
