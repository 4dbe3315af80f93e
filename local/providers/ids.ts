import { randomBytes, randomInt } from "node:crypto";

const letters = "abcdefghijklmnopqrstuvwxyz";
const alphanumerics = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${letters}0123456789`;

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** 32 hexadecimal digits, as Cloudflare's ids are. */
export const cloudflareId = (): string => randomBytes(16).toString("hex");

/** 40 letters and digits, as a Cloudflare API token is. */
export const cloudflareToken = (): string => randomText(alphanumerics, 40);

/** 20 lower-case letters, as a Supabase project ref is. */
export const projectRef = (): string => randomText(letters, 20);

/** Such as `prj_…` and `dpl_…`: a prefix and 28 letters and digits. */
export const vercelId = (prefix: "prj" | "dpl"): string => `${prefix}_${randomText(alphanumerics, 28)}`;

/** 16 letters and digits, as the id of a Vercel environment variable is. */
export const variableId = (): string => randomText(alphanumerics, 16);
