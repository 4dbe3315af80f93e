/** One answer of the edge, as Cloudflare's analytics count it. */
export interface Answered {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly zoneId: string;
  readonly host: string;
  /** Without a query. */
  readonly path: string;
  /** `cf-cache-status`, such as `HIT`. */
  readonly cacheStatus: string;
  /** Of content. */
  readonly bytes: number;
}

const MOST_KEPT = 50_000;

/** The last answers of the edge, oldest first; they are lost at a restart. */
export class Traffic {
  #answers: Answered[] = [];

  note(answered: Answered): void {
    this.#answers.push(answered);
    // Half at once: taking one off the front for each that comes would move all the others every time.
    if (this.#answers.length > MOST_KEPT) this.#answers = this.#answers.slice(MOST_KEPT / 2);
  }

  answers(): readonly Answered[] {
    return this.#answers;
  }
}
