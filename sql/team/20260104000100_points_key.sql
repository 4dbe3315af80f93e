-- The points ledger is put into partitions by month while it is written to. First, what a partition's primary key will be: a
-- unique key of a partitioned table holds the column it is partitioned by.
create unique index concurrently if not exists points_transactions_id_created_at_key
  on public.points_transactions (id, created_at);
