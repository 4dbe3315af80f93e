import { HttpError } from "./http.ts";
import { Mac } from "./mac.ts";

/** Seconds that a message's time may be off: one caught on its way is of no use later. */
const tolerance = 300;

/** Verifies messages signed as https://www.standardwebhooks.com says, with one secret or, while it is changed, several. */
export class WebhookVerifier {
  readonly #macs: readonly Mac[];

  /** @param secrets `v1,whsec_<base64>`, several joined by `|`, as Supabase Auth writes them */
  constructor(secrets: string) {
    this.#macs = secrets.split("|").flatMap((secret) => {
      const key = decode(
        secret
          .trim()
          .replace(/^v1,/, "")
          .replace(/^whsec_/, ""),
      );
      return key === undefined || key.length < 16 ? [] : [new Mac(key, "SHA-256")];
    });
  }

  /** Throws 401 `wrong_signature`. */
  async verify(headers: Headers, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const id = headers.get("webhook-id") ?? "";
    const timestamp = headers.get("webhook-timestamp") ?? "";
    const age = Date.now() / 1000 - Number(timestamp);
    const whole = /^[\w.-]{1,100}$/.test(id) && /^\d{1,12}$/.test(timestamp) && Math.abs(age) <= tolerance;
    if (!whole) throw wrong();

    const head = new TextEncoder().encode(`${id}.${timestamp}.`);
    const content = new Uint8Array(head.length + body.length);
    content.set(head);
    content.set(body, head.length);
    for (const signature of signaturesIn(headers.get("webhook-signature") ?? "")) {
      for (const mac of this.#macs) if (await mac.isOf(signature, content)) return;
    }
    throw wrong();
  }
}

/** Of `v1,<base64> v1,<base64>`, the first few: nobody signs with more. Supabase Auth puts a comma between them. */
function signaturesIn(header: string): Uint8Array<ArrayBuffer>[] {
  return header
    .split(/,? /, 5)
    .filter((each) => each.startsWith("v1,"))
    .flatMap((each) => decode(each.slice(3)) ?? []);
}

function decode(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function wrong(): HttpError {
  return new HttpError(401, "wrong_signature", "The signature is not right, or too old.");
}
