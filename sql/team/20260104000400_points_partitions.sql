-- The table as it is becomes the first partition: no row is copied or read, key and bound being there. Reads and writes of
-- the ledger wait for the milliseconds that this takes.
create schema partitions;
grant usage on schema partitions to service_role;

alter table public.points_transactions rename to points_transactions_first;
alter table public.points_transactions_first set schema partitions;
alter table partitions.points_transactions_first alter column id drop identity;
alter table partitions.points_transactions_first drop constraint points_transactions_pkey;
alter table partitions.points_transactions_first
  add constraint points_transactions_first_pkey primary key using index points_transactions_id_created_at_key;
alter index partitions.points_transactions_user_id_created_at_idx rename to points_transactions_first_user_id_created_at_idx;
drop trigger sum_points on partitions.points_transactions_first;

create table public.points_transactions (
  id bigint generated always as identity,
  user_id uuid not null references public.users (id) on delete cascade,
  amount integer not null check (amount <> 0),
  reason text not null check (btrim(reason) <> '' and char_length(reason) <= 200),
  created_at timestamptz not null default now(),
  primary key (id, created_at)
) partition by range (created_at);
create index points_transactions_user_id_created_at_idx on public.points_transactions (user_id, created_at desc);

alter table public.points_transactions enable row level security;
revoke all on public.points_transactions from anon, authenticated, service_role;
grant select on public.points_transactions to authenticated;
grant select, insert on public.points_transactions to service_role;
create policy points_transactions_select on public.points_transactions for select to authenticated
  using (user_id = (select auth.uid()));

do $$
begin
  execute format(
    'alter table public.points_transactions attach partition partitions.points_transactions_first for values from (minvalue) to (%L)',
    (select substring(pg_get_constraintdef(oid) from '''([^'']+)''') from pg_constraint
      where conname = 'points_transactions_before'));
  perform setval(
    pg_get_serial_sequence('public.points_transactions', 'id'),
    coalesce((select max(id) from public.points_transactions), 0) + 1, false);
end
$$;
alter table partitions.points_transactions_first drop constraint points_transactions_before;

-- After the rows are in their place: they are summed already.
create trigger sum_points after insert on public.points_transactions
  referencing new table as changed for each statement execute function public.sum_points();

-- No insert ever fails for want of a partition.
create table partitions.points_transactions_default partition of public.points_transactions default;
alter table partitions.points_transactions_first enable row level security;
alter table partitions.points_transactions_default enable row level security;
revoke all on partitions.points_transactions_first, partitions.points_transactions_default
  from anon, authenticated, service_role;
