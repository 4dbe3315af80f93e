import { ImageError } from "./image-options.ts";

const perMonth = 5000;

/** The different transformations of a calendar month, of which Cloudflare makes so many without an Images plan. */
export class Transformations {
  #month = "";
  readonly #made = new Set<string>();

  /**
   * Counts one, once a month however often it is made.
   * @param time milliseconds since 1970
   * @throws ImageError 9423 when the month's are used up
   */
  take(transformation: string, time: number): void {
    const month = new Date(time).toISOString().slice(0, 7);
    if (month !== this.#month) this.#made.clear();
    this.#month = month;
    if (this.#made.size >= perMonth && !this.#made.has(transformation)) {
      throw new ImageError(9423, 429, `More than ${perMonth} different transformations in a month.`);
    }
    this.#made.add(transformation);
  }
}
