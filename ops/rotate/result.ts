/** How an exchange has ended. */
export interface Rotated {
  /** Generations; absent for what has none. */
  readonly from?: number;
  readonly to?: number;
  /** It had been begun by an earlier run. */
  readonly resumed: boolean;
  /** Whether the old one was tried and refused. */
  readonly oldRefused: true | "it was revoked already";
}
