-- The points ledger in partitions by month, so that its indexes stay small and old months can be put away as a whole.
-- The table as it is becomes the first partition: no row is copied. Reads and writes of the ledger wait while its new
-- primary key is built and its rows are checked against the partition's bound.

create schema partitions;
grant usage on schema partitions to service_role;

alter table public.points_transactions rename to points_transactions_first;
alter table public.points_transactions_first set schema partitions;
alter table partitions.points_transactions_first alter column id drop identity;
-- A unique key of a partitioned table holds the column it is partitioned by.
alter table partitions.points_transactions_first drop constraint points_transactions_pkey;
alter table partitions.points_transactions_first add primary key (id, created_at);
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
    date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + interval '1 month');
  perform setval(
    pg_get_serial_sequence('public.points_transactions', 'id'),
    coalesce((select max(id) from public.points_transactions), 0) + 1, false);
end
$$;

-- After the rows are in their place: they are summed already.
create trigger sum_points after insert on public.points_transactions
  referencing new table as changed for each statement execute function public.sum_points();

-- No insert ever fails for want of a partition.
create table partitions.points_transactions_default partition of public.points_transactions default;
alter table partitions.points_transactions_first enable row level security;
alter table partitions.points_transactions_default enable row level security;
revoke all on partitions.points_transactions_first, partitions.points_transactions_default
  from anon, authenticated, service_role;

-- Makes the partitions of the coming months that are not there yet; how many it made.
create function public.make_points_partitions(months integer default 3) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  begins timestamptz;
  name text;
  made integer := 0;
begin
  for ahead in 1..months loop
    begins := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + make_interval(months => ahead);
    name := 'points_transactions_' || to_char(begins at time zone 'UTC', 'YYYY_MM');
    if to_regclass('partitions.' || name) is null then
      execute format(
        'create table partitions.%I partition of public.points_transactions for values from (%L) to (%L)',
        name, begins, begins + interval '1 month');
      execute format('alter table partitions.%I enable row level security', name);
      execute format('revoke all on partitions.%I from anon, authenticated, service_role', name);
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;
revoke execute on function public.make_points_partitions(integer) from public, anon, authenticated, service_role;
select public.make_points_partitions();

create extension if not exists pg_cron with schema pg_catalog;
select cron.schedule('make-points-partitions', '0 3 1 * *', 'select public.make_points_partitions()');
