-- Nothing is called any more. The extensions stay, others may use them, and so do the two secrets in the vault: whatever is
-- scheduled again needs them.
select cron.unschedule(jobid) from cron.job where jobname like 'lavlay-%';
drop function private.call_function(text);
