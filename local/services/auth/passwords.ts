import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { AuthError, invalid } from "./errors.ts";
import type { AuthSettings } from "./settings.ts";

/** GoTrue's limit, which is bcrypt's. */
const MAXIMUM_LENGTH = 72;
/** About 50 ms and 16 MB: what bcrypt at its usual cost takes. */
const COST = 2 ** 14;

/** `$scrypt$<salt>$<hash>`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `$scrypt$${salt.toString("base64url")}$${(await derive(password, salt)).toString("base64url")}`;
}

/**
 * True when the password is the hash's. Without a hash (no such user) it takes the same time and is false,
 * so that response times do not tell who has an account.
 */
export async function verifyPassword(password: string, hash: string | null | undefined): Promise<boolean> {
  const [, , salt, expected] = /^\$scrypt\$/.test(hash ?? "") ? hash!.split("$") : [];
  const derived = await derive(password, Buffer.from(salt ?? "no such user", "base64url"));
  const wanted = Buffer.from(expected ?? "", "base64url");
  return wanted.length === derived.length && timingSafeEqual(wanted, derived);
}

/** Throws `weak_password` with its reasons, as GoTrue does. */
export function checkPasswordStrength(password: string, settings: AuthSettings): void {
  if (Buffer.byteLength(password) > MAXIMUM_LENGTH) {
    throw invalid(`Password cannot be longer than ${MAXIMUM_LENGTH} characters`);
  }
  const reasons: string[] = [];
  const messages: string[] = [];
  if (Buffer.byteLength(password) < settings.password_min_length) {
    reasons.push("length");
    messages.push(`Password should be at least ${settings.password_min_length} characters.`);
  }
  const sets = characterSets(settings.password_required_characters);
  if (sets.some((set) => ![...set].some((character) => password.includes(character)))) {
    reasons.push("characters");
    messages.push(`Password should contain at least one character of each: ${sets.join(", ")}.`);
  }
  if (reasons.length)
    throw new AuthError(422, "weak_password", messages.join(" "), { weak_password: { reasons } });
}

/** Sets are separated by `:`; a colon that belongs to a set is written `\:`. */
function characterSets(declared: string): string[] {
  return declared
    .split(/(?<!\\):/)
    .map((set) => set.replaceAll("\\:", ":"))
    .filter(Boolean);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, 32, { N: COST }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
