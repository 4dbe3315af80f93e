-- Every five minutes. A refresh that finds the last one still at work leaves it to that one.
create or replace function public.refresh_feed_posts() returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if pg_try_advisory_xact_lock(hashtext('refresh_feed_posts')) then
    refresh materialized view concurrently public.feed_posts_mv;
  end if;
end
$$;

create extension if not exists pg_cron with schema pg_catalog;
select cron.schedule('refresh-feed', '*/5 * * * *', 'select public.refresh_feed_posts()');
