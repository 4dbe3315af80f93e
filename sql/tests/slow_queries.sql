-- Statements of the API over the budget: who is noted, what is kept of them, who is told and how often.
begin;
select plan(22);

create temp view tier as
select bool_or(version = '20260103000400') and exists (select from pg_extension where extname = 'pg_stat_statements') as pro
from supabase_migrations.schema_migrations;
select skip('needs tier pro', 22) from tier where not pro;

-- A role of the API may do nothing here; without the tier there is nothing to do.
create function pg_temp.look(budget double precision) returns integer
language plpgsql as $$ begin return private.note_slow_queries(budget); end $$;
create function pg_temp.tell() returns integer
language plpgsql as $$ begin return private.tell_slow_queries(100); end $$;
create function pg_temp.scrubbed(statement text) returns text
language plpgsql as $$ begin return private.without_values(statement); end $$;
create function pg_temp.rows(statement text) returns setof text
language plpgsql as $$ begin return query execute statement; end $$;
create function pg_temp.run(statement text) returns void
language plpgsql as $$ begin if (select pro from tier) then execute statement; end if; end $$;

select is(pg_temp.scrubbed(statement), expected, statement)
from tier, (values
  ('select $1, a1 from t where b = ''O''''Hara'' and c = 12.5e3', 'select $1, a1 from t where b = ? and c = ?'),
  ('select E''it\''s'', $x$a ''secret$x$ /* by 7 */ -- and more', 'select ?, ? ? ?'),
  ('select ''a\'', ''b''', 'select ?, ?')
) as examples (statement, expected) where pro;

-- The first look has none before it.
select pg_temp.run('delete from private.query_look');
set local role anon;
select pg_sleep(0.15) as before_the_first_look;
reset role;
select is(pg_temp.look(100), 0, 'the first look notes nothing') from tier where pro;
select is(pg_temp.look(100), 0, 'what was before the last look is not counted again') from tier where pro;

set local role anon;
select pg_sleep(0.15) as slow, 'private to somebody' as text;
select 1 as quick;
reset role;
select pg_sleep(0.15) as slow_and_not_of_the_api;
select is(pg_temp.look(100), 1, 'a slow statement of the API is noted, a quick one and others'' are not') from tier where pro;
select results_eq(
  $$select * from pg_temp.rows('select statement from private.slow_queries where last_seen = now()')$$,
  array['select pg_sleep($1) as slow, $2 as text'], 'without its values') from tier where pro;
select is(pg_temp.look(100), 0, 'once') from tier where pro;
set local role anon;
select pg_sleep(0.15) as slow, 'private to another' as text;
reset role;
select is(pg_temp.look(1000), 0, 'a larger budget allows it') from tier where pro;
set local role authenticated;
select pg_sleep(0.15) as slow, 'private to a third' as text;
reset role;
select pg_temp.run('update private.slow_queries set worst_mean_ms = 1');
select is(pg_temp.look(100), 1, 'whoever of the API runs it') from tier where pro;
select results_eq(
  $$select * from pg_temp.rows('select format(''%s looks, %s calls, worst not the last: %s'', looks, calls, worst_mean_ms > mean_ms)
    from private.slow_queries where last_seen = now()')$$,
  array['2 looks, 1 calls, worst not the last: f'], 'it stays one row, with the worst of its looks') from tier where pro;

-- Who is told.
select is(pg_temp.tell(), 0, 'nobody is told where nobody is named') from tier where pro;
select pg_temp.run($$
  select vault.create_secret('{"emails": ["ops@lavlay.test", "dev@lavlay.test"], "webhook": "http://127.0.0.1:9/", "secret": "the receiver''s"}',
    'alert_receivers')$$);
select is(pg_temp.tell(), 1, 'the statement is told of') from tier where pro;
select is(pg_temp.tell(), 0, 'once') from tier where pro;
select results_eq(
  $$select * from pg_temp.rows('select address from private.email_queue where template = ''slow-queries'' order by address')$$,
  array['dev@lavlay.test', 'ops@lavlay.test'], 'to each address') from tier where pro;
select results_eq(
  $$select * from pg_temp.rows('select format(''%s %s %s'', url, headers ->> ''cf-webhook-auth'',
      convert_from(body, ''UTF8'')::jsonb #>> ''{data,queries,0,statement}'') from net.http_request_queue')$$,
  array['http://127.0.0.1:9/ the receiver''s select pg_sleep($1) as slow, $2 as text'],
  'to the webhook, with what it knows us by') from tier where pro;
select is_empty(
  $$select * from pg_temp.rows('select data::text from private.email_queue where data::text like ''%private to%''
    union all select convert_from(body, ''UTF8'') from net.http_request_queue where convert_from(body, ''UTF8'') like ''%private to%''')$$,
  'and nothing of anybody''s values') from tier where pro;
select pg_temp.run($$update private.slow_queries set told_at = now() - interval '23 hours'$$);
select is(pg_temp.tell(), 0, 'not again within a day') from tier where pro;
select pg_temp.run($$update private.slow_queries set told_at = now() - interval '25 hours'$$);
select is(pg_temp.tell(), 1, 'again when it is still slow a day later') from tier where pro;

-- How much is kept.
select pg_temp.run($$
  insert into private.slow_queries (queryid, statement, calls, mean_ms, worst_mean_ms, last_seen)
  select -n, 'select 1', 1, 200, 200, now() - make_interval(mins => n) from generate_series(1, 300) as n$$);
select pg_temp.run($$
  insert into private.slow_queries (queryid, statement, calls, mean_ms, worst_mean_ms, last_seen)
  values (-1000, 'select 1', 1, 200, 200, now() - interval '31 days')$$);
select is(pg_temp.look(100), 0, 'nothing new') from tier where pro;
select results_eq(
  $$select * from pg_temp.rows('select count(*)::text from private.slow_queries')$$, array['200'], 'the 200 that were slow last')
from tier where pro;

select is_empty(
  $$select proname from pg_proc, unnest(array['anon', 'authenticated', 'service_role']) as of_role
    where pronamespace = 'private'::regnamespace and proname ~ 'slow_queries|watch_queries|without_values'
      and has_function_privilege(of_role, pg_proc.oid, 'execute')$$,
  'no role of the API may look or tell') from tier where pro;

select * from finish();
rollback;
