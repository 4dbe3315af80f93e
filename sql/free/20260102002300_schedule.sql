-- What is done at its times, pg_cron does. It writes a row for each run and never deletes one. A job is scheduled by name, so
-- that scheduling it again changes the one there is.
do $do$
begin
  -- Supabase has it. Elsewhere, as in a bare Postgres, nothing of this tier is scheduled.
  if exists (select from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron with schema pg_catalog;
    perform cron.schedule('forget-cron-runs', '17 3 * * *',
      $$delete from cron.job_run_details where end_time < now() - interval '7 days'$$);
  end if;
end
$do$;
