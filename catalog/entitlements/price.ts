/** What a plan costs; never invented: `"unknown"` where the vendor publishes nothing. */
export interface PlanPrice {
  /** US dollars a month. */
  readonly monthlyUsd: number | "unknown";
  /** What is billed: a zone, an organisation, a project, a seat, a database. */
  readonly per: "zone" | "organisation" | "project" | "seat" | "database";
  readonly note?: string;
}

/** `$25 a month`, or that it is not published. */
export function formatPrice(price: PlanPrice): string {
  return price.monthlyUsd === "unknown" ? "price not published" : `$${price.monthlyUsd} a month`;
}
