-- The ledger of one user, newest first.
create index concurrently if not exists points_transactions_user_id_created_at_idx
  on public.points_transactions (user_id, created_at desc);
