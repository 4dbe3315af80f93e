-- Nobody looks any more, and what was noted is forgotten: pg_stat_statements still has the numbers.
select cron.unschedule(jobid) from cron.job where jobname = 'lavlay-slow-queries';
drop function private.watch_queries(double precision);
drop function private.tell_slow_queries(double precision);
drop function private.note_slow_queries(double precision);
drop function private.without_values(text);
drop table private.slow_queries;
drop table private.query_look;
drop table private.query_counts;
