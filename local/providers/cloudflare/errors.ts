import { VendorError } from "../behaviour.ts";

/** Cloudflare's API refuses: its code and its words. */
export function cloudflareError(code: number, message: string): VendorError {
  return new VendorError(`Cloudflare: ${message} (code ${code})`);
}
