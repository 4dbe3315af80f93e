import type { CryptoKey } from "jose";

const encoder = new TextEncoder();

/** Keyed hashes. They are compared by the runtime, in a time that does not tell how much is right. */
export class Mac {
  readonly #key: Promise<CryptoKey>;

  constructor(secret: string | Uint8Array<ArrayBuffer>, hash: "SHA-256" | "SHA-512") {
    const bytes = typeof secret === "string" ? encoder.encode(secret) : secret;
    this.#key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign", "verify"]);
  }

  async isOf(
    signature: Uint8Array<ArrayBuffer>,
    content: string | Uint8Array<ArrayBuffer>,
  ): Promise<boolean> {
    return crypto.subtle.verify("HMAC", await this.#key, signature, bytesOf(content));
  }

  async of(content: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.sign("HMAC", await this.#key, bytesOf(content)));
  }
}

function bytesOf(content: string | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? encoder.encode(content) : content;
}
