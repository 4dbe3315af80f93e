-- Reads the whole ledger, blocking nobody. Waiting for its own lock blocks nobody either.
set local lock_timeout = '1min';
alter table public.points_transactions validate constraint points_transactions_before;
