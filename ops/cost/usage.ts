import type { Use } from "../../catalog/prices/meter.ts";
import { formatNumber } from "./amount.ts";
import type { Scenario } from "./scenario.ts";

/** How much is used in a month, in the meter's unit, and where that comes from. */
export interface Usage {
  readonly quantity: number;
  /** In words, from the scenario's assumptions. */
  readonly how: string;
}

/** What a scenario uses of everything that may be metered. */
export function usageOf(scenario: Scenario): Record<Use, Usage> {
  const { users, uploadMegabytes, monthsKept, views, cacheHitShare, atOnceShare } = scenario;
  const active = users * scenario.activeShare;
  const uploads = active * scenario.uploads;
  const atOnce = active * atOnceShare;
  const each = (count: number, what: string) => `${formatNumber(count)} ${what} an active user`;
  return {
    objectStorage: gigabytes(
      uploads * uploadMegabytes * monthsKept,
      `${each(scenario.uploads, "uploads")} of ${uploadMegabytes} MB, kept for ${monthsKept} months`,
    ),
    classA: count(uploads, `one for each of ${each(scenario.uploads, "uploads")}`),
    classB: count(
      active * views * (1 - cacheHitShare),
      `${each(views, "views")}, ${formatNumber(cacheHitShare * 100)} % of them answered by the CDN`,
    ),
    mediaEgress: gigabytes(
      active * views * uploadMegabytes,
      `${each(views, "views")} of ${uploadMegabytes} MB`,
    ),
    imageTransformations: count(
      uploads * scenario.imageSizes,
      `${scenario.imageSizes} sizes of each new upload; older ones that are looked at count too`,
    ),
    database: gigabytes(
      (users * scenario.databaseKilobytes) / 1000,
      `${scenario.databaseKilobytes} KB of rows and indexes a user`,
    ),
    databaseConnections: count(
      atOnce * scenario.requestsPerSecond * scenario.secondsPerRequest,
      `${formatNumber(atOnce)} users at once, ${scenario.requestsPerSecond} requests a second each, ${scenario.secondsPerRequest} s long`,
    ),
    activeUsers: count(active, `${formatNumber(scenario.activeShare * 100)} % of the users`),
    egress: gigabytes(active * scenario.apiMegabytes, each(scenario.apiMegabytes, "MB of the data API for")),
    cachedEgress: gigabytes(0, "media are not kept in Supabase Storage"),
    invocations: count(
      uploads * scenario.callsPerUpload,
      `${scenario.callsPerUpload} for each upload: preflight and upload`,
    ),
    realtimeConnections: count(atOnce, `${formatNumber(atOnceShare * 100)} % of the active users at once`),
    realtimeMessages: count(
      active * scenario.realtimeMessages,
      each(scenario.realtimeMessages, "messages for"),
    ),
    redisCommands: count(active * scenario.redisCommands, each(scenario.redisCommands, "commands for")),
    redisStorage: gigabytes(
      (active * scenario.redisKilobytes) / 1000,
      each(scenario.redisKilobytes, "KB for"),
    ),
    webTransfer: gigabytes(active * scenario.appMegabytes, each(scenario.appMegabytes, "MB of the app for")),
    emails: count(active * scenario.emails, each(scenario.emails, "for")),
  };
}

/** Less than this is an error of the computer's arithmetic, not one more of something. */
export const arithmeticError = 1e-9;

function count(quantity: number, how: string): Usage {
  return { quantity: Math.ceil(quantity - arithmeticError), how };
}

function gigabytes(megabytes: number, how: string): Usage {
  return { quantity: megabytes / 1000, how };
}
