import type { World } from "../world.ts";

/** A mistake, how it is made, and the one thing that it lets fail: with what is said of it, and of its way out. */
export interface WrongSetUp {
  readonly name: string;
  readonly make: (world: World) => void;
  /** Area and what, as in `Cloudflare zone`. */
  readonly fails: string;
  readonly found: RegExp;
  readonly fix: RegExp;
}
