import { expect, test } from "vitest";
import type { VendorClient } from "../vendors/client.ts";
import { backupsOf } from "./backups.ts";

/** A project that answers so. */
function answering(answer: unknown): VendorClient {
  const call = (path: string) =>
    path === "/v1/projects/abcdef/database/backups"
      ? Promise.resolve(answer as never)
      : Promise.reject(new Error(`asked for ${path}`));
  return { call, body: call };
}
const backups = (answer: object) => backupsOf(answering({ walg_enabled: true, ...answer }), "abcdef");
const bounds = {
  earliest_physical_backup_date_unix: 1_769_241_600,
  latest_physical_backup_date_unix: 1_769_851_800,
};

test("the window of point-in-time recovery, in seconds since 1970", async () => {
  expect(await backups({ pitr_enabled: true, backups: [], physical_backup_data: bounds })).toEqual({
    window: { from: new Date("2026-01-24T08:00:00Z"), to: new Date("2026-01-31T09:30:00Z") },
    daily: [],
  });
});

test("there is none where it is off, whatever is told of physical backups", async () => {
  expect(await backups({ pitr_enabled: false, backups: [], physical_backup_data: bounds })).toEqual({
    daily: [],
  });
});

test.each([
  {},
  { physical_backup_data: {} },
  { physical_backup_data: { earliest_physical_backup_date_unix: 1_769_241_600 } },
])("there is none yet where it was just turned on: %j", async (answer) => {
  expect(await backups({ pitr_enabled: true, ...answer })).toEqual({ daily: [] });
});

test("daily backups, the newest first, and only those that were completed", async () => {
  const { daily } = await backups({
    pitr_enabled: false,
    backups: [
      { inserted_at: "2026-01-29T02:00:00.000Z", status: "COMPLETED" },
      { inserted_at: "2026-01-31T02:00:00.000Z", status: "FAILED" },
      { inserted_at: "2026-01-30T02:00:00.000Z", status: "COMPLETED" },
      { inserted_at: "2026-01-31T08:00:00.000Z", status: "PENDING" },
    ],
  });
  expect(daily.map((each) => each.toISOString())).toEqual([
    "2026-01-30T02:00:00.000Z",
    "2026-01-29T02:00:00.000Z",
  ]);
});
