import { queryError } from "../errors.ts";

/** Reads a query parameter from left to right. `what` names it in errors, such as `select parameter`. */
export class Scanner {
  position = 0;

  constructor(
    readonly text: string,
    private readonly what: string,
  ) {}

  get done(): boolean {
    return this.position >= this.text.length;
  }

  /** True and moves on when the text goes on with exactly that. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** The match of a sticky pattern here, or undefined without moving. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (!match) return undefined;
    this.position += match[0].length;
    return match;
  }

  expect(expected: string): void {
    if (!this.take(expected)) this.fail(`"${expected}"`);
  }

  /** Tries `read`; where it gives undefined the position is as before. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const start = this.position;
    const result = read();
    if (result === undefined) this.position = start;
    return result;
  }

  space(): void {
    this.match(/[ \t]*/y);
  }

  /** Items separated by commas. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.attempt(() => (this.space(), this.take(",") || undefined))) items.push(read());
    return items;
  }

  fail(expecting: string): never {
    const found = this.done ? "end of input" : JSON.stringify(this.text[this.position]);
    throw queryError(
      `"failed to parse ${this.what} (${this.text})" (line 1, column ${this.position + 1})`,
      `unexpected ${found} expecting ${expecting}`,
    );
  }
}
