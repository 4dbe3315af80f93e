import type { Source } from "../../catalog/prices/source.ts";

/** US dollars a month; `"unknown"` where nobody has told the price. */
export type Amount = number | "unknown";

/** Something that is paid for. */
export interface CostLine {
  /** What it is; the same on every plan, so that two stacks can be compared. */
  readonly label: string;
  readonly monthlyUsd: Amount;
  /** How the amount is made up, in words. */
  readonly how: string;
  readonly source: Source;
}

/** A sum that hides nothing: what is known, and the labels of what is not in it. */
export interface Sum {
  readonly knownUsd: number;
  readonly unknown: readonly string[];
}

/** Adds up what is known, and names the rest. */
export function sumOf(lines: readonly Pick<CostLine, "label" | "monthlyUsd">[]): Sum {
  const known = lines.map(({ monthlyUsd }) => (monthlyUsd === "unknown" ? 0 : monthlyUsd));
  return {
    knownUsd: cents(known.reduce((sum, usd) => sum + usd, 0)),
    unknown: lines.filter(({ monthlyUsd }) => monthlyUsd === "unknown").map(({ label }) => label),
  };
}

/** Rounded to a hundredth. */
export function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}

/** Made once: bisection asks for many scenarios, each in words. */
const inHundredths = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** `1,109`, `854.25`: two decimal places at most, no more than are needed. */
export function formatNumber(value: number): string {
  return inHundredths.format(value);
}

/** `$1,109`, `$854.25`, `unknown`. */
export function formatAmount(amount: Amount): string {
  if (amount === "unknown") return amount;
  const whole = Number.isInteger(amount);
  return `$${amount.toLocaleString("en-US", { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: 2 })}`;
}

/** `$4.50`, `$0.00325`: a price of a unit, which may be less than a cent. */
export function formatRate(usd: number): string {
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 5 })}`;
}

/** `$854.25 plus unknown: Supabase plan, Cloudflare load balancer`. */
export function formatSum({ knownUsd, unknown }: Sum): string {
  return unknown.length === 0
    ? formatAmount(knownUsd)
    : `${formatAmount(knownUsd)} plus unknown: ${unknown.join(", ")}`;
}
