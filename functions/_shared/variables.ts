/** Reads a function's variables and keeps what is wrong with them, all of it, so that one look at the log is enough. */
export class Variables {
  /** Never holds a value. */
  readonly problems: string[] = [];

  constructor(private readonly get: (name: string) => string | undefined) {}

  optional(name: string): string | undefined {
    return this.get(name)?.trim() || undefined;
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined) this.problems.push(`${name} is not set`);
    return value ?? "";
  }

  /** An http(s) address without a slash at its end. */
  address(name: string): string {
    const value = this.text(name);
    if (value !== "" && !(URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) {
      this.problems.push(`${name} is not an http(s) address`);
    }
    return value.replace(/\/+$/, "");
  }

  oneOf<Name extends string>(name: string, names: readonly Name[]): Name {
    const found = names.find((each) => each === this.text(name));
    if (found === undefined && this.optional(name) !== undefined) {
      this.problems.push(`${name} is none of ${names.join(", ")}`);
    }
    return found as Name;
  }

  wholeNumber(name: string): number {
    const value = this.text(name);
    if (value !== "" && !/^[1-9]\d{0,9}$/.test(value)) this.problems.push(`${name} is not a number above 0`);
    return Number(value);
  }
}
