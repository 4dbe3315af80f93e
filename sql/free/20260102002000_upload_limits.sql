-- How often one may upload: 30 at once, and one more every two seconds. Each user has a row of their own, so that nobody
-- waits for anybody; it holds when the whole allowance will be there again, which is all that such a bucket needs. A row
-- whose moment has passed says no more than none: whoever comes takes a few of those away. Nothing is lost with them, nor
-- in a crash: the table is not logged.
create unlogged table if not exists private.upload_limits (
  user_id uuid primary key,
  full_at timestamptz not null
);
create index if not exists upload_limits_full_at_idx on private.upload_limits (full_at);
alter table private.upload_limits enable row level security;
revoke all on private.upload_limits from anon, authenticated, service_role;

-- Takes one upload out of the user's own allowance: 0 if it was there, else the seconds until it will be.
create or replace function public.take_upload_slot() returns double precision
language plpgsql security definer set search_path = ''
as $$
declare
  me uuid := auth.uid();
  each_takes constant interval := '2 seconds';
  at_most constant interval := 30 * each_takes;
  moment timestamptz := clock_timestamp();
  wait interval;
begin
  if me is null then
    raise exception 'only a user has an allowance of uploads' using errcode = 'insufficient_privilege';
  end if;
  insert into private.upload_limits as mine (user_id, full_at) values (me, moment + each_takes)
  on conflict (user_id) do update set full_at = greatest(mine.full_at, moment) + each_takes
    where mine.full_at + each_takes <= moment + at_most;
  if not found then
    select full_at + each_takes - at_most - moment into wait from private.upload_limits where user_id = me;
    return greatest(extract(epoch from coalesce(wait, each_takes)), 0.001);
  end if;
  delete from private.upload_limits where user_id in (
    select user_id from private.upload_limits
    where full_at < moment order by full_at limit 2 for update skip locked);
  return 0;
end
$$;
revoke execute on function public.take_upload_slot() from public, anon, authenticated, service_role;
grant execute on function public.take_upload_slot() to authenticated;
