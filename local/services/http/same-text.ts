import { createHash, timingSafeEqual } from "node:crypto";

/** Compares in a time that does not tell how much is right. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
