import { HttpError } from "../_shared/http.ts";

/** A place in the user's allowance of uploads, which was asked for and is maybe not answered yet. */
export class Slot {
  readonly #answer: Promise<number>;
  #seconds = 0;

  /** @param answer 0, or the seconds to wait; never rejects */
  constructor(answer: Promise<number>) {
    this.#answer = answer.then((seconds) => (this.#seconds = seconds));
  }

  /** Throws 429 if it is known to be refused. */
  check(): void {
    if (this.#seconds <= 0) return;
    const headers = { "retry-after": String(Math.ceil(this.#seconds)) };
    const message = "Too many uploads. Wait a moment and try again.";
    throw new HttpError(429, "too_many_uploads", message, undefined, headers);
  }

  /** Waits for the answer. Throws 429. */
  async granted(): Promise<void> {
    await this.#answer;
    this.check();
  }
}
