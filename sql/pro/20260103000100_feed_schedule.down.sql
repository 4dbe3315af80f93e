-- `forget-cron-runs` stays: other jobs may go on.
select cron.unschedule(jobid) from cron.job where jobname = 'refresh-feed';
