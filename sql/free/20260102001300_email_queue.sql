-- E-mails that wait to be sent. Whoever claims one has it alone until a deadline; a sender that dies leaves it to be claimed
-- again then. Not shown by the API: it is reached by the functions below alone, and those by the service alone.
create table private.email_queue (
  -- Also what the provider knows the message by: sending it again with the same id sends nothing.
  id uuid primary key default gen_random_uuid(),
  template text not null check (template ~ '^[a-z][a-z-]{1,39}$'),
  -- Whom it is for: an account, whose address is looked up when it is sent, or an address that is not an account's yet.
  user_id uuid references auth.users (id) on delete cascade,
  address text check (address ~ '^[^@[:space:]]+@[^@[:space:]]+$' and char_length(address) <= 320),
  -- What the template shows. It may hold a token: it goes once the message is sent.
  data jsonb not null default '{}',
  -- What caused it: the same cause queues nothing a second time.
  cause text unique check (char_length(cause) <= 200),
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  -- When it may be claimed next; while it is claimed, the deadline.
  next_attempt_at timestamptz not null default now(),
  -- When it was claimed, until it is told how that went.
  claimed_at timestamptz,
  -- Since when it may be at the provider although nobody was told: only an id that the provider still remembers may be sent again.
  unsure_since timestamptz,
  sent_at timestamptz,
  -- Given up: it is kept for people to look at.
  dead_at timestamptz,
  provider_id text,
  -- A code, never a text of the provider, which may hold the address.
  last_error text check (last_error ~ '^[a-z0-9_ ]{1,80}$'),
  constraint email_queue_recipient check (user_id is not null or address is not null or sent_at is not null)
);
create index email_queue_waiting_idx on private.email_queue (next_attempt_at) where sent_at is null and dead_at is null;
create index email_queue_user_id_idx on private.email_queue (user_id);
create index email_queue_ended_idx on private.email_queue (coalesce(sent_at, dead_at)) where coalesce(sent_at, dead_at) is not null;
alter table private.email_queue enable row level security;
revoke all on private.email_queue from anon, authenticated, service_role;

-- The new message's id; null where the same cause has queued it already.
create function public.queue_email(
  template text, user_id uuid default null, address text default null, data jsonb default '{}', cause text default null)
returns uuid
language sql security definer set search_path = ''
as $$
  insert into private.email_queue (template, user_id, address, data, cause)
  values (template, user_id, address, data, cause)
  on conflict (cause) do nothing
  returning id
$$;

-- At most so many messages that are due, for this sender alone until the seconds are over; `single` for that one. Given up
-- instead: what the provider may have and no longer remembers, what was tried 20 times (more than two days), what has nobody
-- to go to.
create function public.claim_emails(
  quantity integer default 100, hidden_seconds integer default 120, remembered_seconds integer default 82800,
  single uuid default null)
returns table (id uuid, template text, address text, data jsonb, attempt integer)
language plpgsql security definer set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    with due as (
      select
        queue.id, coalesce(queue.address, users.email) as address,
        case
          when coalesce(queue.unsure_since, queue.claimed_at) < now() - make_interval(secs => remembered_seconds) then 'unsure'
          when queue.attempts >= 20 then coalesce(queue.last_error, 'never told')
          when coalesce(queue.address, users.email, '') = '' then 'no address'
        end as why_not
      from private.email_queue as queue left join auth.users on users.id = queue.user_id
      where queue.sent_at is null and queue.dead_at is null and queue.next_attempt_at <= now()
        and (single is null or queue.id = single)
      order by queue.next_attempt_at
      limit quantity
      for update of queue skip locked
    ), claimed as (
      update private.email_queue as queue
      set attempts = attempts + case when why_not is null then 1 else 0 end,
        unsure_since = coalesce(unsure_since, claimed_at),
        claimed_at = case when why_not is null then now() end,
        next_attempt_at = now() + make_interval(secs => hidden_seconds),
        dead_at = case when why_not is not null then now() end,
        last_error = coalesce(why_not, last_error)
      from due where queue.id = due.id
      returning queue.id, queue.template, due.address, queue.data, queue.attempts, queue.dead_at
    )
    select id, template, address, data, attempts from claimed where dead_at is null;
end
$$;

-- How attempts went, as {id, attempt, outcome, provider_id, error, after}: how many were still waiting to be told.
--  sent      the provider has it
--  refused   it never will: given up
--  failed    it has not; another attempt `after` seconds, else after 30 s, 1 min, 2 min and so on to 4 h, each up to a quarter more
--  unsure    it may have: as failed, and only as long as it remembers the id
--  released  it was not asked: the attempt does not count
-- What a later claim has taken over is told by that one, unless it was sent.
create function public.settle_emails(outcomes jsonb) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  number integer;
begin
  with told as (
    select * from jsonb_to_recordset(outcomes)
      as told (id uuid, attempt integer, outcome text, provider_id text, error text, after integer)
  )
  update private.email_queue as queue
  set sent_at = case outcome when 'sent' then now() end,
    dead_at = case outcome when 'refused' then now() end,
    provider_id = left(told.provider_id, 200),
    last_error = left(told.error, 80),
    address = case outcome when 'sent' then null else queue.address end,
    data = case outcome when 'sent' then '{}' else queue.data end,
    attempts = queue.attempts - case outcome when 'released' then 1 else 0 end,
    unsure_since = case outcome when 'unsure' then coalesce(queue.unsure_since, queue.claimed_at) else queue.unsure_since end,
    claimed_at = null,
    next_attempt_at = now() + make_interval(secs =>
      coalesce(told.after, least(30 * 2 ^ least(queue.attempts - 1, 12), 14400) * (1 + random() / 4)))
  from told
  where queue.id = told.id and queue.sent_at is null and queue.dead_at is null
    and (queue.attempts = told.attempt and queue.claimed_at is not null or outcome = 'sent');
  get diagnostics number = row_count;
  return number;
end
$$;

-- Gives what was given up another 20 attempts; how many those are. What may have been sent is left out unless it is asked for.
create function public.revive_emails(unsure_too boolean default false) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  number integer;
begin
  update private.email_queue
    set dead_at = null, attempts = 0, claimed_at = null, unsure_since = null, next_attempt_at = now()
    where dead_at is not null and (unsure_too or last_error is distinct from 'unsure');
  get diagnostics number = row_count;
  return number;
end
$$;

-- Forgets what was sent a month ago and what was given up three months ago.
create function public.forget_emails() returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  number integer;
begin
  delete from private.email_queue
    where coalesce(sent_at, dead_at) < now() - interval '30 days'
      and (sent_at is not null or dead_at < now() - interval '90 days');
  get diagnostics number = row_count;
  return number;
end
$$;

revoke execute on function
  public.queue_email(text, uuid, text, jsonb, text), public.claim_emails(integer, integer, integer, uuid),
  public.settle_emails(jsonb), public.revive_emails(boolean), public.forget_emails()
  from public, anon, authenticated;
grant execute on function
  public.queue_email(text, uuid, text, jsonb, text), public.claim_emails(integer, integer, integer, uuid),
  public.settle_emails(jsonb), public.revive_emails(boolean), public.forget_emails()
  to service_role;
