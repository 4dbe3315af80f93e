import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { lastOf } from "../api/cursor.ts";
import { supabase } from "../api/supabase.ts";

const PAGE_SIZE = 20;

/** One line of the ledger. */
export interface PointsEntry {
  id: number;
  /** Negative when points were spent. */
  amount: number;
  reason: string;
  /** ISO 8601. */
  created_at: string;
}

/** How many points the user has. */
export function pointsQuery(userId: string) {
  return queryOptions({
    queryKey: ["points", userId, "sum"],
    queryFn: async ({ signal }) => {
      const { data } = await supabase
        .from("users")
        .select("points")
        .eq("id", userId)
        .abortSignal(signal)
        .throwOnError()
        .single();
      return (data as { points: number }).points;
    },
    // Somebody else adds them, so they are asked for whenever they are looked at.
    staleTime: 0,
  });
}

/** What came and went, newest first. */
export function pointsHistoryQuery(userId: string) {
  return infiniteQueryOptions({
    queryKey: ["points", userId, "history"],
    queryFn: async ({ pageParam: before, signal }) => {
      const entries = supabase
        .from("points_transactions")
        .select("id, amount, reason, created_at")
        .eq("user_id", userId);
      const { data } = await (before === undefined ? entries : entries.lt("id", before))
        .order("id", { ascending: false })
        .limit(PAGE_SIZE)
        .abortSignal(signal)
        .throwOnError();
      return data as PointsEntry[];
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => lastOf(page, PAGE_SIZE)?.id,
    staleTime: 0,
  });
}
