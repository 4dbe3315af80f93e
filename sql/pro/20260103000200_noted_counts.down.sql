select cron.unschedule(jobid) from cron.job where jobname = 'add-noted-counts';
drop function private.add_noted_counts();
