import type { Meter, Use } from "./meter.ts";
import { sources } from "./source.ts";

/** US dollars for a GB that is kept in R2 for a month. */
export const r2GigabyteUsd = 0.015;
/** GB that R2 keeps for nothing. */
export const r2FreeGigabytes = 10;

/** R2, the same on every plan: a month's use is rounded up to the whole unit, then what is free is taken off. */
export const r2Meters = {
  objectStorage: {
    name: "R2 storage",
    unit: "GB-month",
    included: r2FreeGigabytes,
    rate: { usd: r2GigabyteUsd, per: 1, wholeUnits: true },
    source: sources.r2,
  },
  classA: {
    name: "R2 class A operations",
    unit: "operations",
    included: 1_000_000,
    rate: { usd: 4.5, per: 1_000_000, wholeUnits: true },
    source: sources.r2,
  },
  classB: {
    name: "R2 class B operations",
    unit: "operations",
    included: 10_000_000,
    rate: { usd: 0.36, per: 1_000_000, wholeUnits: true },
    source: sources.r2,
  },
  mediaEgress: {
    name: "R2 egress",
    unit: "GB",
    included: 0,
    rate: "free",
    source: sources.r2,
  },
} as const satisfies Partial<Record<Use, Meter>>;

/** Images, the same on every plan; where they are not paid for, more is refused with error 9423. */
export const imageMeters = {
  imageTransformations: {
    name: "Cloudflare image transformations",
    unit: "unique transformations",
    included: 5000,
    rate: { usd: 0.5, per: 1000 },
    source: sources.images,
  },
} as const satisfies Partial<Record<Use, Meter>>;
