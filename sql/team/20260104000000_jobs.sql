-- A job queue: work that a request need not wait for. A job that is read is hidden from other workers for a while; a worker
-- that dies leaves it to be read again then. What fails five times goes to the dead letters, for people to look at.
create extension if not exists pgmq;
select pgmq.create('jobs');
select pgmq.create('dead_jobs');

-- The queue is reached by these functions alone.
create function public.enqueue_job(kind text, payload jsonb default '{}', delay_seconds integer default 0) returns bigint
language sql security definer set search_path = ''
as $$
  select pgmq.send('jobs', jsonb_build_object('kind', kind, 'payload', payload), delay_seconds)
$$;

-- Gives a job up: it is among the dead letters from then on, with why. True if it was still there.
create function public.bury_job(job_id bigint, reason text) returns boolean
language plpgsql security definer set search_path = ''
as $$
declare
  job record;
begin
  delete from pgmq.q_jobs where msg_id = job_id returning * into job;
  if not found then
    return false;
  end if;
  perform pgmq.send('dead_jobs',
    job.message || jsonb_build_object('id', job.msg_id, 'attempts', job.read_ct, 'reason', left(reason, 1000)));
  return true;
end
$$;

-- At most so many jobs, for this worker alone until the seconds are over. One that was read five times and never
-- completed has failed each time, or killed its worker: it is buried instead.
create function public.read_jobs(quantity integer default 1, hidden_seconds integer default 60)
returns table (id bigint, kind text, payload jsonb, attempts integer, enqueued_at timestamptz)
language plpgsql security definer set search_path = ''
as $$
declare
  job record;
begin
  for job in select * from pgmq.read('jobs', hidden_seconds, quantity) loop
    if job.read_ct > 5 then
      update pgmq.q_jobs set read_ct = 5 where msg_id = job.msg_id;
      perform public.bury_job(job.msg_id, coalesce(job.message ->> 'error', 'never completed'));
      continue;
    end if;
    id := job.msg_id;
    kind := job.message ->> 'kind';
    payload := job.message -> 'payload';
    attempts := job.read_ct;
    enqueued_at := job.enqueued_at;
    return next;
  end loop;
end
$$;

-- To be called in the transaction that holds the job's effects: they and the end of the job are then one, so that a job
-- that was given to two workers in turn takes effect once. Raises an exception, which undoes them, if another has
-- completed it already.
create function public.complete_job(job_id bigint) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if not pgmq.delete('jobs', job_id) then
    raise exception 'job % is completed already', job_id using errcode = 'no_data_found';
  end if;
end
$$;

-- A failure: another attempt after 10 s, then 40 s, 160 s, 640 s, each up to a quarter more so that what failed together does
-- not come back together. After the fifth the job is buried. The seconds until the next attempt; null if there is none.
create function public.fail_job(job_id bigint, reason text) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  job record;
  seconds integer;
begin
  select * into job from pgmq.q_jobs where msg_id = job_id for update;
  if not found then
    return null;
  end if;
  if job.read_ct >= 5 then
    perform public.bury_job(job_id, reason);
    return null;
  end if;
  seconds := 10 * 4 ^ (job.read_ct - 1) * (1 + random() / 4);
  update pgmq.q_jobs
    set vt = clock_timestamp() + make_interval(secs => seconds),
      message = message || jsonb_build_object('error', left(reason, 1000))
    where msg_id = job_id;
  return seconds;
end
$$;

revoke execute on function
  public.enqueue_job(text, jsonb, integer), public.read_jobs(integer, integer),
  public.complete_job(bigint), public.fail_job(bigint, text), public.bury_job(bigint, text)
  from public, anon, authenticated;
grant execute on function
  public.enqueue_job(text, jsonb, integer), public.read_jobs(integer, integer),
  public.complete_job(bigint), public.fail_job(bigint, text), public.bury_job(bigint, text)
  to service_role;
