import { HttpError } from "./http.ts";
import { Mac } from "./mac.ts";

/**
 * Lets those in who send `Authorization: Bearer <secret>`: the database, through pg_net. Throws 401 `unauthorized`.
 * @param secrets one or, while it is exchanged, several joined by `|`
 */
export function createGate(secrets: string): (request: Request) => Promise<void> {
  // Both sides are hashed under a key of this process: then neither length nor likeness shows in the time.
  const mac = new Mac(crypto.getRandomValues(new Uint8Array(32)), "SHA-256");
  return async (request) => {
    const given = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    let known = false;
    // All of them are looked at, so that the time does not tell which one it is.
    for (const secret of secrets.split("|").filter(Boolean))
      known = (await mac.isOf(await mac.of(secret), given)) || known;
    if (!known) throw new HttpError(401, "unauthorized", "This is for the site's own database.");
  };
}
