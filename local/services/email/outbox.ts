/** A message that a stand-in took, as whoever it is for would get it. */
export interface SentEmail {
  /** The provider's id. */
  readonly id: string;
  readonly provider: "resend" | "brevo" | "cloudflare";
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** What makes it the same message when it is sent again. */
  readonly key?: string;
}

/** Messages that are looked at: the oldest go when there are more. */
const most = 20_000;

/** What was sent, of all providers; it is lost when the local target stops. */
export class Outbox {
  readonly #emails: SentEmail[] = [];

  add(email: SentEmail): void {
    this.#emails.push(email);
    if (this.#emails.length > most) this.#emails.shift();
  }

  /** The oldest first. */
  list(): readonly SentEmail[] {
    return this.#emails;
  }
}

/** What messages were taken under, remembered as long as the provider does. */
export class RememberedKeys<Value> {
  readonly #values = new Map<string, { value: Value; until: number }>();

  constructor(
    private readonly milliseconds: number,
    private readonly now: () => number,
  ) {}

  get(key: string): Value | undefined {
    const found = this.#values.get(key);
    return found && found.until > this.now() ? found.value : undefined;
  }

  set(key: string, value: Value): void {
    this.#values.set(key, { value, until: this.now() + this.milliseconds });
  }
}
