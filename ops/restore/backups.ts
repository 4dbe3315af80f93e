import type { VendorClient } from "../vendors/client.ts";

/** What a Supabase project's database can be taken back to. */
export interface Backups {
  /** To any second between the two; undefined without point-in-time recovery. */
  readonly window?: { readonly from: Date; readonly to: Date };
  /** Daily backups, newest first: the dashboard alone can restore one. */
  readonly daily: readonly Date[];
}

interface Answer {
  readonly pitr_enabled: boolean;
  readonly backups?: readonly { readonly inserted_at: string; readonly status: string }[];
  readonly physical_backup_data?: {
    readonly earliest_physical_backup_date_unix?: number;
    readonly latest_physical_backup_date_unix?: number;
  };
}

const date = (unix: number) => new Date(unix * 1_000);

/** @throws VendorRefusal */
export async function backupsOf(supabase: VendorClient, ref: string): Promise<Backups> {
  const answer = await supabase.call<Answer>(`/v1/projects/${ref}/database/backups`);
  const { earliest_physical_backup_date_unix: earliest, latest_physical_backup_date_unix: latest } =
    answer.physical_backup_data ?? {};
  const daily = (answer.backups ?? [])
    .filter(({ status }) => status === "COMPLETED")
    .map(({ inserted_at: made }) => new Date(made))
    .sort((one, other) => other.getTime() - one.getTime());
  const bounded = answer.pitr_enabled && earliest !== undefined && latest !== undefined;
  return { ...(bounded && { window: { from: date(earliest), to: date(latest) } }), daily };
}
