/** A vendor's API does not do what it was asked: what it answered, in its own words, never with the token. */
export class VendorRefusal extends Error {
  override readonly name = "VendorRefusal";

  constructor(
    readonly vendor: string,
    /** HTTP status; 0 when there was no answer at all. */
    readonly status: number,
    /** The vendor's own code, such as Cloudflare's 10042 or Vercel's `forbidden`; undefined where it gives none. */
    readonly code: string | undefined,
    /** The vendor's words. */
    readonly words: string,
    /** Method and path, without a query: it may hold what is private. */
    readonly request: string,
  ) {
    const answered = status === 0 ? "did not answer" : `answered ${status}${code ? ` (code ${code})` : ""}`;
    super(`${vendor} ${answered} to ${request}: ${words}`);
  }
}
