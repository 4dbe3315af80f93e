import type { Tier } from "../../infra/settings/schema.ts";

/**
 * What users do in a month: assumptions, none of them measured. Everything that is used follows from them in
 * {@link usageOf}, in proportion to the users.
 */
export interface Scenario {
  /** People with an account. */
  readonly users: number;
  /** Part of them that come in a month, 0 to 1. */
  readonly activeShare: number;
  /** Part of the active ones that are there at once when most are, 0 to 1. */
  readonly atOnceShare: number;
  /** Files that an active user uploads. */
  readonly uploads: number;
  /** MB of an upload on average; the app accepts 5 to 10 at most. */
  readonly uploadMegabytes: number;
  /** Months of uploads at this rate that are kept by now. */
  readonly monthsKept: number;
  /** Media files that an active user looks at. */
  readonly views: number;
  /** Part of the views that the CDN answers, so that R2 is not read, 0 to 1. */
  readonly cacheHitShare: number;
  /** Sizes in which the edge makes an image of an upload, where it optimises images. */
  readonly imageSizes: number;
  /** MB of the data API's answers to an active user. */
  readonly apiMegabytes: number;
  /** Calls of edge functions for an upload: the browser's preflight and the upload. */
  readonly callsPerUpload: number;
  /** KB of rows and indexes for every account, active or not. */
  readonly databaseKilobytes: number;
  /** Requests to the database that a user who is there makes in a second. */
  readonly requestsPerSecond: number;
  /** Seconds that such a request keeps a connection of Postgres. */
  readonly secondsPerRequest: number;
  /** Realtime messages sent to an active user. */
  readonly realtimeMessages: number;
  /** Redis commands for an active user: cache reads and writes, counters. */
  readonly redisCommands: number;
  /** KB that Redis holds for an active user. */
  readonly redisKilobytes: number;
  /** MB of the app itself that an active user loads: it changes with each release only. */
  readonly appMegabytes: number;
  /** E-mails to an active user: confirmations, resets, notices. */
  readonly emails: number;
}

/** The same people on every tier: a small social app with more looking than posting. */
const behaviour = {
  activeShare: 0.4,
  atOnceShare: 0.05,
  uploads: 4,
  uploadMegabytes: 0.8,
  views: 600,
  cacheHitShare: 0.9,
  imageSizes: 2,
  apiMegabytes: 6,
  callsPerUpload: 2,
  databaseKilobytes: 100,
  requestsPerSecond: 0.2,
  secondsPerRequest: 0.1,
  realtimeMessages: 300,
  redisCommands: 150,
  redisKilobytes: 2,
  appMegabytes: 3,
  emails: 1,
};

/**
 * The scenario of each tier: as many users as it is made for at most (for the last, which has no end, 250,000), and the
 * older the stack, the more is kept.
 */
export const scenarios: Readonly<Record<Tier, Scenario>> = {
  free: { ...behaviour, users: 1_000, monthsKept: 6 },
  pro: { ...behaviour, users: 10_000, monthsKept: 12 },
  team: { ...behaviour, users: 100_000, monthsKept: 18 },
  enterprise: { ...behaviour, users: 250_000, monthsKept: 24 },
};

/** The tier's scenario, with another number of users where one is given. */
export function scenarioOf(tier: Tier, users = scenarios[tier].users): Scenario {
  return { ...scenarios[tier], users };
}
