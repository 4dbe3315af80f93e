-- Partitions of the coming months, made ahead of time, and those of long ago, put away.

-- Makes those that are not there yet; how many it made. Does not wait long for its locks, since whoever writes would
-- wait behind it: it is called every day, months ahead.
create function public.make_points_partitions(months integer default 3) returns integer
language plpgsql security definer set search_path = '' set lock_timeout = '100ms'
as $$
declare
  begins timestamptz := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
  last timestamptz := begins + make_interval(months => months);
  name text;
  made integer := 0;
begin
  -- The first partition ends where a month begins; the others follow one another.
  select coalesce(max(substring(pg_get_expr(relpartbound, oid) from 'TO \(''([^'']+)''')::timestamptz), begins) into begins
    from pg_class join pg_inherits on inhrelid = oid
    where inhparent = 'public.points_transactions'::regclass;
  while begins <= last loop
    name := 'points_transactions_' || to_char(begins at time zone 'UTC', 'YYYY_MM');
    execute format('create table partitions.%I (like public.points_transactions including defaults including constraints)', name);
    execute format('alter table partitions.%I enable row level security', name);
    execute format('revoke all on partitions.%I from anon, authenticated, service_role', name);
    execute format(
      'alter table public.points_transactions attach partition partitions.%I for values from (%L) to (%L)',
      name, begins, (begins at time zone 'UTC' + interval '1 month') at time zone 'UTC');
    begins := (begins at time zone 'UTC' + interval '1 month') at time zone 'UTC';
    made := made + 1;
  end loop;
  return made;
end
$$;

-- Puts away the partitions whose months are all older than that: they are tables of their own in the schema `retired`, to be
-- copied elsewhere and dropped by people. What users have in points does not change. The names of those it put away.
create schema retired;
create function public.retire_points_partitions(older_than interval default '24 months') returns setof text
language plpgsql security definer set search_path = '' set lock_timeout = '100ms'
as $$
declare
  part record;
begin
  for part in
    select oid::regclass as name, relname
    from pg_class join pg_inherits on inhrelid = oid
    where inhparent = 'public.points_transactions'::regclass
      and substring(pg_get_expr(relpartbound, oid) from 'TO \(''([^'']+)''')::timestamptz <= now() - older_than
    order by relname
  loop
    execute format('alter table public.points_transactions detach partition %s', part.name);
    execute format('alter table %s set schema retired', part.name);
    return next part.relname;
  end loop;
end
$$;

revoke execute on function public.make_points_partitions(integer), public.retire_points_partitions(interval)
  from public, anon, authenticated, service_role;
select public.make_points_partitions();

create extension if not exists pg_cron with schema pg_catalog;
select cron.schedule('make-points-partitions', '3 3 * * *', 'select public.make_points_partitions()');
select cron.schedule('retire-points-partitions', '33 3 * * *', 'select public.retire_points_partitions()');
