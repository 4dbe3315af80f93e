/** One request to a function, as the platform's own log has it: nothing of who made it. */
export interface FunctionCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly slug: string;
  readonly method: string;
  /** Such as `/functions/v1/upload-media`, without a query. */
  readonly path: string;
  readonly status: number;
  /** Until the answer began. */
  readonly milliseconds: number;
}

/** Calls that are looked at: the oldest go when there are more. */
const most = 10_000;

/** What functions were called of late; it is lost when the local target stops. */
export class FunctionCalls {
  readonly #calls: FunctionCall[] = [];

  add(call: FunctionCall): void {
    this.#calls.push(call);
    if (this.#calls.length > most) this.#calls.shift();
  }

  /** The oldest first. */
  list(): readonly FunctionCall[] {
    return this.#calls;
  }
}
