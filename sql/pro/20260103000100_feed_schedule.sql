-- By name, so that scheduling again changes the one job there is.
create extension if not exists pg_cron with schema pg_catalog;
select cron.schedule('refresh-feed', '*/5 * * * *', 'select public.refresh_feed_posts()');
-- pg_cron writes a row for each run and never deletes one.
select cron.schedule('forget-cron-runs', '17 3 * * *',
  $$delete from cron.job_run_details where end_time < now() - interval '7 days'$$);
