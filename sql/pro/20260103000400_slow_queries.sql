-- Statements of the API that take longer than they may. What pg_stat_statements has counted since the last look is compared
-- with a budget; what is over it is noted, and told to those whom the vault names (infra/backend/function-calls.ts), each
-- statement at most once a day. pg_cron says when.

-- What had been counted at the last look. Not logged: after a crash the next look is the first again.
create unlogged table private.query_counts (
  queryid bigint primary key,
  calls bigint not null,
  milliseconds double precision not null
);
create unlogged table private.query_look (
  -- There is one.
  id boolean primary key default true check (id),
  looked_at timestamptz not null
);
-- The 200 that were slow last, for 30 days.
create table private.slow_queries (
  -- As pg_stat_statements knows it.
  queryid bigint primary key,
  -- Without any value.
  statement text not null check (char_length(statement) <= 2000),
  -- Between the last two looks at which it was over the budget.
  calls bigint not null,
  mean_ms double precision not null,
  -- At any look.
  worst_mean_ms double precision not null,
  looks integer not null default 1,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  told_at timestamptz
);
alter table private.query_counts enable row level security;
alter table private.query_look enable row level security;
alter table private.slow_queries enable row level security;
revoke all on private.query_counts, private.query_look, private.slow_queries from anon, authenticated, service_role;

-- A statement without its values and comments. pg_stat_statements takes values out by itself, but not always: not where it
-- had forgotten a statement while it ran.
create function private.without_values(statement text) returns text
language plpgsql immutable set search_path = ''
as $$
declare
  pattern text;
begin
  -- Strings with backslashes, other strings, those between dollars; then what is no string any more: comments and numbers.
  foreach pattern in array array[
    '\m[eE]''(?:[^''\\]|\\.|'''')*''', '''(?:[^'']|'''')*''', '\$([[:alpha:]_]*)\$.*?\$\1\$',
    '/\*.*?\*/', '--[^\n]*', '(?<![$[:alnum:]_])[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?'
  ] loop
    statement := regexp_replace(statement, pattern, '?', 'g');
  end loop;
  return left(statement, 2000);
end
$$;

-- Notes the statements of the API whose mean since the last look is over the budget, in milliseconds; how many those are.
-- The first look has none before it, and notes nothing. Where pg_stat_statements is not there, or does not count, neither.
create function private.note_slow_queries(budget_ms double precision) returns integer
language plpgsql set search_path = ''
as $$
declare
  place text := (
    select nspname from pg_catalog.pg_extension
    join pg_catalog.pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_stat_statements');
  looked boolean;
  number integer;
begin
  if place is null then
    return 0;
  end if;
  -- Whoever looks at the same time waits here.
  insert into private.query_look as look (looked_at) values (now())
  on conflict (id) do update set looked_at = excluded.looked_at
  returning xmax <> 0 into looked; -- Whether it was there already.
  execute format($query$
    with counted as materialized (
      select queryid, min(query) as query, sum(calls)::bigint as calls, sum(total_exec_time) as milliseconds
      from %I.pg_stat_statements join pg_catalog.pg_roles on pg_roles.oid = userid
      where dbid = (select oid from pg_catalog.pg_database where datname = current_database())
        and toplevel and queryid is not null and rolname in ('anon', 'authenticated', 'service_role')
        and query ~* '^\s*(select|insert|update|delete|merge|with)\M'
      group by queryid
    ), since as (
      select counted.queryid, query,
        -- Fewer than before: it was forgotten meanwhile, and counted anew.
        counted.calls - case when counted.calls >= before.calls then before.calls else 0 end as calls,
        counted.milliseconds - case when counted.calls >= before.calls then before.milliseconds else 0 end as milliseconds
      from counted left join private.query_counts as before_or_none using (queryid)
      cross join lateral (
        select coalesce(before_or_none.calls, 0) as calls, coalesce(before_or_none.milliseconds, 0) as milliseconds) as before
    ), kept as (
      insert into private.query_counts as counts (queryid, calls, milliseconds)
      select queryid, calls, milliseconds from counted
      on conflict (queryid) do update set calls = excluded.calls, milliseconds = excluded.milliseconds
      where counts.calls <> excluded.calls
    ), forgotten as (
      delete from private.query_counts where queryid not in (select queryid from counted)
    ), noted as (
      insert into private.slow_queries as slow (queryid, statement, calls, mean_ms, worst_mean_ms)
      select queryid, private.without_values(query), calls, milliseconds / calls, milliseconds / calls
      from since where $2 and calls > 0 and milliseconds / calls > $1
      on conflict (queryid) do update set
        calls = excluded.calls, mean_ms = excluded.mean_ms, worst_mean_ms = greatest(slow.worst_mean_ms, excluded.mean_ms),
        looks = slow.looks + 1, last_seen = excluded.last_seen
      returning 1
    )
    select count(*) from noted
  $query$, place) into number using budget_ms, looked;
  delete from private.slow_queries
  where last_seen < now() - interval '30 days' or queryid in (
    select queryid from private.slow_queries order by last_seen desc, queryid offset 200);
  return number;
exception
  when object_not_in_prerequisite_state then -- The extension is there and its library is not.
    return 0;
end
$$;

-- Tells of the slow statements of the last day of which nobody was told for a day: by e-mail, by webhook, as the vault's
-- `alert_receivers` has it: {"emails": [], "webhook": "", "secret": ""}. How many statements those are.
create function private.tell_slow_queries(budget_ms double precision) returns integer
language plpgsql set search_path = ''
as $$
declare
  receivers jsonb;
  found jsonb;
  summary text;
begin
  if to_regclass('vault.decrypted_secrets') is null then
    return 0;
  end if;
  receivers := (select decrypted_secret::jsonb from vault.decrypted_secrets where name = 'alert_receivers');
  if coalesce(jsonb_array_length(receivers -> 'emails'), 0) = 0 and coalesce(receivers ->> 'webhook', '') = '' then
    return 0;
  end if;

  with told as (
    update private.slow_queries set told_at = now()
    where last_seen > greatest(now() - interval '1 day', told_at + interval '1 day')
    returning queryid::text, statement, calls, round(mean_ms::numeric, 1) as mean_ms
  )
  select jsonb_agg(to_jsonb(told) order by mean_ms desc) into found from told;
  if found is null then
    return 0;
  end if;
  summary := format('Statements of the API with a mean of more than %s ms: %s. The slowest (mean %s ms, calls: %s): %s',
    budget_ms, jsonb_array_length(found), found -> 0 ->> 'mean_ms', found -> 0 ->> 'calls',
    left(found -> 0 ->> 'statement', 200));

  perform public.queue_email('slow-queries', null, address, jsonb_build_object('summary', summary))
  from jsonb_array_elements_text(receivers -> 'emails') as address;
  if receivers ->> 'webhook' <> '' then
    -- In the form of Cloudflare's alerts, so that one receiver takes both.
    perform net.http_post(
      url => receivers ->> 'webhook',
      body => jsonb_build_object(
        'name', 'LavLay: slow queries', 'text', summary, 'ts', extract(epoch from now())::bigint,
        'alert_type', 'lavlay_slow_queries', 'alert_event', 'ALERT_STATE_EVENT_START',
        'data', jsonb_build_object('budget_ms', budget_ms, 'queries', jsonb_path_query_array(found, '$[0 to 9]'))),
      headers => jsonb_strip_nulls(jsonb_build_object(
        'Content-Type', 'application/json', 'cf-webhook-auth', nullif(receivers ->> 'secret', ''))));
  end if;
  return jsonb_array_length(found);
end
$$;

create function private.watch_queries(budget_ms double precision) returns integer
language sql set search_path = ''
as $$
  select private.note_slow_queries(budget_ms);
  select private.tell_slow_queries(budget_ms);
$$;

revoke execute on function
  private.without_values(text), private.note_slow_queries(double precision), private.tell_slow_queries(double precision),
  private.watch_queries(double precision)
  from public, anon, authenticated, service_role;
