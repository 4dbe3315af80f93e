-- A job queue: work that a request need not wait for. A job that is read is hidden from other workers for a while; one
-- that is not deleted until then is read again, and after five times it goes to the dead letters for people to look at.
create extension if not exists pgmq;
select pgmq.create('jobs');
select pgmq.create('dead_jobs');

-- The queue is reached by these functions alone.
create function public.enqueue_job(kind text, payload jsonb default '{}', delay_seconds integer default 0) returns bigint
language sql security definer set search_path = ''
as $$
  select pgmq.send('jobs', jsonb_build_object('kind', kind, 'payload', payload), delay_seconds)
$$;

create function public.read_jobs(quantity integer default 1, hidden_seconds integer default 60)
returns table (id bigint, kind text, payload jsonb, attempts integer, enqueued_at timestamptz)
language plpgsql security definer set search_path = ''
as $$
declare
  job record;
begin
  for job in select * from pgmq.read('jobs', hidden_seconds, quantity) loop
    if job.read_ct > 5 then
      perform pgmq.send('dead_jobs', job.message || jsonb_build_object('id', job.msg_id, 'attempts', job.read_ct - 1));
      perform pgmq.delete('jobs', job.msg_id);
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

-- True if the job was still there.
create function public.complete_job(job_id bigint) returns boolean
language sql security definer set search_path = ''
as $$
  select pgmq.delete('jobs', job_id)
$$;

-- For another attempt after that many seconds.
create function public.retry_job(job_id bigint, delay_seconds integer) returns boolean
language sql security definer set search_path = ''
as $$
  select exists (select from pgmq.set_vt('jobs', job_id, delay_seconds))
$$;

revoke execute on function
  public.enqueue_job(text, jsonb, integer), public.read_jobs(integer, integer),
  public.complete_job(bigint), public.retry_job(bigint, integer)
  from public, anon, authenticated;
grant execute on function
  public.enqueue_job(text, jsonb, integer), public.read_jobs(integer, integer),
  public.complete_job(bigint), public.retry_job(bigint, integer)
  to service_role;
