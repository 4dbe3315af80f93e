-- What comes of the grants and the policies (access.sql), row by row: each table, each role of the API, each verb, each
-- function that writes, on rows of one's own and of another.
begin;
select plan(690);

-- Whose SQL is applied. What belongs to a tier that is not there is skipped.
create temp view tier as
select bool_or(version = '20260103000000') as pro, bool_or(version = '20260104000000') as team
from supabase_migrations.schema_migrations;
create function pg_temp.has(needs text) returns boolean
language sql stable
return (select case needs when 'pro' then pro when 'team' then team else true end from tier);

-- Two users, each with a post, a deleted post, a reel, an e-mail that waits, a payment, a statement that was slow and one row
-- of everything else; the other one with an e-mail that was given up.
create temp view people (name, id, post, deleted_post, reel, email, number) as values
  ('me', '00000000-0000-4000-8000-000000000001'::uuid, '00000000-0000-4001-8000-000000000001'::uuid,
    '00000000-0000-4002-8000-000000000001'::uuid, '00000000-0000-4003-8000-000000000001'::uuid,
    '00000000-0000-4004-8000-000000000001'::uuid, 1),
  ('other', '00000000-0000-4000-8000-000000000002', '00000000-0000-4001-8000-000000000002',
    '00000000-0000-4002-8000-000000000002', '00000000-0000-4003-8000-000000000002',
    '00000000-0000-4004-8000-000000000002', 2);
insert into auth.users (id, email) select id, name || '@b.c' from people;
insert into posts (id, user_id, content) select post, id, name from people;
insert into posts (id, user_id, content, deleted_at) select deleted_post, id, name, now() from people;
insert into reels (id, user_id, media_url) select reel, id, 'https://a/b.mp4' from people;
insert into follows (follower_id, following_id)
  select follower.id, followed.id from people as follower, people as followed where follower.id <> followed.id;
insert into likes (user_id, post_id) select fan.id, mine.post from people as fan, people as mine where mine.name = 'me';
insert into comments (user_id, post_id, content)
  select fan.id, mine.post, fan.name from people as fan, people as mine where mine.name = 'me';
insert into points_transactions (user_id, amount, reason) select id, 1, 'x' from people;
insert into reel_likes (user_id, reel_id) select fan.id, mine.reel from people as fan, people as mine where mine.name = 'me';
insert into payments (reference, user_id, kobo, points, status, paid_at)
  select 'pgtap-' || number, id, 100, 1, 'paid', now() from people;
insert into private.email_queue (id, template, user_id) select email, 'pgtap', id from people;
insert into private.email_queue (template, user_id, dead_at, last_error)
  select 'pgtap', id, now() - interval '91 days', 'x' from people where name = 'other';
insert into private.upload_limits (user_id, full_at) select id, now() + interval '10 seconds' from people;
insert into private.post_counts (post_id, likes) select post, 1 from people;
insert into private.reel_counts (reel_id, likes) select reel, 1 from people;
do $$
begin
  if pg_temp.has('pro') then
    perform refresh_feed_posts();
    insert into private.slow_queries (queryid, statement, calls, mean_ms, worst_mean_ms)
      select number, 'select 1', 1, 200, 200 from people;
    insert into private.query_counts (queryid, calls, milliseconds) select number, 1, 200 from people;
    insert into private.query_look (looked_at) values (now()) on conflict do nothing;
  end if;
  if pg_temp.has('team') then
    -- Who made the role may let itself become it; the end of the transaction takes that back.
    grant reader to current_user;
    insert into notifications (user_id, actor_id, post_id)
      select mine.id, fan.id, mine.post from people as mine, people as fan where fan.id <> mine.id;
  end if;
end
$$;

-- How each verb is tried. {id}, {post} and so on stand for whose row it is, {my_id} for who asks, {other_id} for the other one
-- of the two. `free` is done by the owner before an insert, so that it meets no row that is there already.
create temp view attempts (needs, name, of_table, condition, new_row, change, free) as values
  ('free', 'users', 'users', 'id = {id}', '(id, username) values ({id}, ''new_name'')', 'bio = ''x''',
    'delete from users where id = {id}'),
  ('free', 'posts', 'posts', 'id = {post}', '(user_id, content) values ({id}, ''x'')', 'deleted_at = now()', null),
  -- Its insert is a like: the one thing there is to do with a post is not done with a deleted one.
  ('free', 'deleted posts', 'posts', 'id = {deleted_post}', null, 'deleted_at = null', null),
  ('free', 'follows', 'follows', 'follower_id = {id}', '(follower_id, following_id) values ({id}, {other_id})',
    'created_at = now()', 'delete from follows'),
  ('free', 'likes', 'likes', 'user_id = {id}', '(user_id, post_id) values ({id}, {my_post})', 'created_at = now()',
    'delete from likes'),
  ('free', 'likes of deleted posts', 'likes', null, '(user_id, post_id) values ({my_id}, {deleted_post})', null, null),
  ('free', 'comments', 'comments', 'user_id = {id}', '(user_id, post_id, content) values ({id}, {my_post}, ''x'')',
    'content = ''y''', null),
  ('free', 'points_transactions', 'points_transactions', 'user_id = {id}',
    '(user_id, amount, reason) values ({id}, 1, ''x'')', 'amount = 1000', null),
  ('free', 'reels', 'reels', 'id = {reel}', '(user_id, media_url) values ({id}, ''https://a/b.mp4'')',
    'deleted_at = now()', null),
  ('free', 'reel_likes', 'reel_likes', 'user_id = {id}', '(user_id, reel_id) values ({id}, {my_reel})',
    'created_at = now()', 'delete from reel_likes'),
  ('free', 'payments', 'payments', 'user_id = {id}',
    '(reference, user_id, kobo, points, status, paid_at) values (''pgtap-3'', {id}, 100, 1, ''paid'', now())',
    'points = 1000', null),
  ('free', 'email_queue', 'private.email_queue', 'user_id = {id}', '(template, user_id) values (''pgtap'', {id})',
    'address = ''thief@b.c''', null),
  ('free', 'upload_limits', 'private.upload_limits', 'user_id = {id}', '(user_id, full_at) values ({id}, now())',
    'full_at = now()', 'delete from private.upload_limits'),
  ('free', 'post_counts', 'private.post_counts', 'post_id = {post}', '(post_id, likes) values ({post}, 1000)',
    'likes = 1000', null),
  ('free', 'reel_counts', 'private.reel_counts', 'reel_id = {reel}', '(reel_id, likes) values ({reel}, 1000)',
    'likes = 1000', null),
  ('pro', 'feed_window', 'private.feed_window', 'one', '(since, until, refreshed_at, took) values (now(), now(), now(), ''0'')',
    'since = now()', 'delete from private.feed_window'),
  ('pro', 'slow_queries', 'private.slow_queries', 'queryid = {number}',
    '(queryid, statement, calls, mean_ms, worst_mean_ms) values (3, ''select 1'', 1, 200, 200)', 'told_at = now()', null),
  ('pro', 'query_counts', 'private.query_counts', 'queryid = {number}', '(queryid, calls, milliseconds) values (3, 1, 200)',
    'calls = 0', null),
  ('pro', 'query_look', 'private.query_look', 'id', '(looked_at) values (now())', 'looked_at = now()',
    'delete from private.query_look'),
  ('team', 'notifications', 'notifications', 'user_id = {id}', '(user_id, actor_id) values ({id}, {other_id})',
    'read_at = now()', null);

-- A statement with what it is about filled in.
create function pg_temp.fill(statement text, whose text) returns text
language plpgsql stable
as $$
declare
  placeholder text;
  meant text;
begin
  for placeholder, meant in
    select prefix || key, value
    from people, jsonb_each_text(to_jsonb(people)),
      lateral (values ('', whose), ('my_', 'me'), ('other_', case whose when 'me' then 'other' else 'me' end)) as said (prefix, of_name)
    where people.name = of_name
  loop
    statement := replace(statement, '{' || placeholder || '}', quote_literal(meant));
  end loop;
  return statement;
end
$$;

-- From here on the data API's requests, from `me`.
create function pg_temp.ask_as(as_role text) returns void
language sql
as $$
  select set_config('request.jwt.claims', case as_role
    when 'authenticated' then '{"sub": "00000000-0000-4000-8000-000000000001", "role": "authenticated"}'
    else jsonb_build_object('role', as_role)::text end, true),
    set_config('role', as_role, true)
$$;

-- What comes of a statement: `+` one row, `0` none is seen, `-` refused, or the SQLSTATE of another error. Undone, whatever
-- it was.
create function pg_temp.outcome(as_role text, statement text, before text default null) returns text
language plpgsql
as $$
declare
  number bigint;
begin
  if before is not null then
    execute before;
  end if;
  perform pg_temp.ask_as(as_role);
  execute statement;
  get diagnostics number = row_count;
  raise exception using errcode = 'DONE1', message = number;
exception
  when sqlstate 'DONE1' then return case sqlerrm when '0' then '0' when '1' then '+' else sqlerrm end;
  when insufficient_privilege then return '-';
  when others then return sqlstate;
end
$$;

-- The rows of each of the two, whole; null where there are none.
create function pg_temp.rows_of(of_name text) returns jsonb
language plpgsql stable
as $$
declare
  attempt attempts := (select attempts from attempts where name = of_name);
  person text;
  found text;
  rows jsonb := '{}';
begin
  for person in select name from people loop
    execute format('select string_agg(t::text, '' '' order by t::text) from %s as t where %s',
      attempt.of_table, pg_temp.fill(attempt.condition, person)) into found;
    rows := rows || jsonb_build_object(person, found);
  end loop;
  return rows;
end
$$;

-- Whose rows a statement changed: nobody's, `me`, `other`, `me other`; `-` refused, or the SQLSTATE of another error. Undone.
create function pg_temp.touched(as_role text, statement text, of_name text) returns text
language plpgsql
as $$
declare
  before jsonb := pg_temp.rows_of(of_name);
  after jsonb;
begin
  perform pg_temp.ask_as(as_role);
  execute statement;
  perform set_config('role', 'none', true);
  after := pg_temp.rows_of(of_name);
  raise exception using errcode = 'DONE1', message = (
    select coalesce(string_agg(name, ' ' order by name), 'nobody''s') from people where before -> name is distinct from after -> name);
exception
  when sqlstate 'DONE1' then return sqlerrm;
  when insufficient_privilege then return '-';
  when others then return sqlstate;
end
$$;

-- Of each verb, what comes of it on a row of one's own, then on another's.
create temp view matrix (name, of_role, "select", "insert", "update", "delete") as values
  ('users', 'anon', '++', '--', '--', '--'),
  ('users', 'authenticated', '++', '+-', '+0', '--'),
  ('users', 'service_role', '++', '++', '++', '++'),
  ('users', 'reader', '++', '--', '--', '--'),
  ('posts', 'anon', '++', '--', '--', '--'),
  ('posts', 'authenticated', '++', '+-', '+0', '+0'),
  ('posts', 'service_role', '++', '++', '++', '++'),
  ('posts', 'reader', '++', '--', '--', '--'),
  ('deleted posts', 'anon', '00', null, '--', '--'),
  ('deleted posts', 'authenticated', '+0', null, '+0', '+0'),
  ('deleted posts', 'service_role', '++', null, '++', '++'),
  ('deleted posts', 'reader', '++', null, '--', '--'),
  ('follows', 'anon', '++', '--', '--', '--'),
  ('follows', 'authenticated', '++', '+-', '--', '+0'),
  ('follows', 'service_role', '++', '++', '--', '++'),
  ('follows', 'reader', '++', '--', '--', '--'),
  ('likes', 'anon', '++', '--', '--', '--'),
  ('likes', 'authenticated', '++', '+-', '--', '+0'),
  ('likes', 'service_role', '++', '++', '--', '++'),
  ('likes', 'reader', '++', '--', '--', '--'),
  ('likes of deleted posts', 'anon', null, '--', null, null),
  ('likes of deleted posts', 'authenticated', null, '--', null, null),
  ('likes of deleted posts', 'service_role', null, '++', null, null),
  ('likes of deleted posts', 'reader', null, '--', null, null),
  ('comments', 'anon', '++', '--', '--', '--'),
  ('comments', 'authenticated', '++', '+-', '+0', '+0'),
  ('comments', 'service_role', '++', '++', '++', '++'),
  ('comments', 'reader', '++', '--', '--', '--'),
  ('points_transactions', 'anon', '--', '--', '--', '--'),
  ('points_transactions', 'authenticated', '+0', '--', '--', '--'),
  ('points_transactions', 'service_role', '++', '++', '--', '--'),
  ('points_transactions', 'reader', '++', '--', '--', '--'),
  ('reels', 'anon', '++', '--', '--', '--'),
  ('reels', 'authenticated', '++', '+-', '+0', '+0'),
  ('reels', 'service_role', '++', '++', '++', '++'),
  ('reels', 'reader', '++', '--', '--', '--'),
  ('reel_likes', 'anon', '++', '--', '--', '--'),
  ('reel_likes', 'authenticated', '++', '+-', '--', '+0'),
  ('reel_likes', 'service_role', '++', '++', '--', '++'),
  ('reel_likes', 'reader', '++', '--', '--', '--'),
  ('payments', 'anon', '--', '--', '--', '--'),
  ('payments', 'authenticated', '+0', '--', '--', '--'),
  ('payments', 'service_role', '++', '--', '--', '--'),
  ('payments', 'reader', '--', '--', '--', '--'),
  ('post_counts', 'anon', '++', '--', '--', '--'),
  ('post_counts', 'authenticated', '++', '--', '--', '--'),
  ('post_counts', 'service_role', '++', '--', '--', '--'),
  ('post_counts', 'reader', '--', '--', '--', '--'),
  ('reel_counts', 'anon', '++', '--', '--', '--'),
  ('reel_counts', 'authenticated', '++', '--', '--', '--'),
  ('reel_counts', 'service_role', '++', '--', '--', '--'),
  ('reel_counts', 'reader', '--', '--', '--', '--'),
  ('email_queue', 'anon', '--', '--', '--', '--'),
  ('email_queue', 'authenticated', '--', '--', '--', '--'),
  ('email_queue', 'service_role', '--', '--', '--', '--'),
  ('email_queue', 'reader', '--', '--', '--', '--'),
  ('upload_limits', 'anon', '--', '--', '--', '--'),
  ('upload_limits', 'authenticated', '--', '--', '--', '--'),
  ('upload_limits', 'service_role', '--', '--', '--', '--'),
  ('upload_limits', 'reader', '--', '--', '--', '--'),
  ('feed_window', 'anon', '++', '--', '--', '--'),
  ('feed_window', 'authenticated', '++', '--', '--', '--'),
  ('feed_window', 'service_role', '++', '--', '--', '--'),
  ('feed_window', 'reader', '--', '--', '--', '--'),
  ('slow_queries', 'anon', '--', '--', '--', '--'),
  ('slow_queries', 'authenticated', '--', '--', '--', '--'),
  ('slow_queries', 'service_role', '--', '--', '--', '--'),
  ('slow_queries', 'reader', '--', '--', '--', '--'),
  ('query_counts', 'anon', '--', '--', '--', '--'),
  ('query_counts', 'authenticated', '--', '--', '--', '--'),
  ('query_counts', 'service_role', '--', '--', '--', '--'),
  ('query_counts', 'reader', '--', '--', '--', '--'),
  ('query_look', 'anon', '--', '--', '--', '--'),
  ('query_look', 'authenticated', '--', '--', '--', '--'),
  ('query_look', 'service_role', '--', '--', '--', '--'),
  ('query_look', 'reader', '--', '--', '--', '--'),
  ('notifications', 'anon', '--', '--', '--', '--'),
  ('notifications', 'authenticated', '+0', '--', '+0', '+0'),
  ('notifications', 'service_role', '++', '++', '--', '++'),
  ('notifications', 'reader', '--', '--', '--', '--');

create temp view cells as
select
  -- Without tier team there is no reader.
  case of_role when 'reader' then 'team' else needs end as needs,
  name, of_table, of_role, verb, expected, cell.before, format(pattern, of_table, words) as whole,
  format(pattern, of_table, words) || coalesce(' where ' || cell.condition, '') as statement
from matrix join attempts using (name)
cross join lateral (values
  ('select', "select", null, attempts.condition, 'select from %s', ''),
  ('insert', "insert", attempts.free, null, 'insert into %s %s', new_row),
  ('update', "update", null, attempts.condition, 'update %s set %s', change),
  ('delete', "delete", null, attempts.condition, 'delete from %s', '')
) as cell (verb, expected, before, condition, pattern, words)
where expected is not null;

select is_empty(
  $$select pg_class.oid::regclass, of_role, verb
    from pg_class, unnest(array['anon', 'authenticated', 'service_role', 'reader']) as of_role,
      unnest(array['select', 'insert', 'update', 'delete']) as verb
    where relkind in ('r', 'p', 'f') and relnamespace in ('public'::regnamespace, 'private'::regnamespace)
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
    except select to_regclass(of_table), of_role, verb from cells$$,
  'of each table it is said what comes of each verb by each role');
select is(
  case when pg_temp.has(needs) then (select count(value) from jsonb_each_text(pg_temp.rows_of(name))) end, 2::bigint,
  'rows of both are there: ' || name)
from attempts where condition is not null and pg_temp.has(needs);
select skip('needs tier ' || needs) from attempts where condition is not null and not pg_temp.has(needs);

create function pg_temp.both(as_role text, statement text, before text) returns text
language sql
return pg_temp.outcome(as_role, pg_temp.fill(statement, 'me'), pg_temp.fill(before, 'me'))
  || pg_temp.outcome(as_role, pg_temp.fill(statement, 'other'), pg_temp.fill(before, 'other'));
select is(pg_temp.both(of_role, statement, before), expected, format('%s: %s by %s', name, verb, of_role))
from cells where pg_temp.has(needs);
select skip('needs tier ' || needs) from cells where not pg_temp.has(needs);

-- Who names no row reaches those that may be written, and no others.
create temp view wholes as
select needs, of_role, whole, name, case expected when '--' then '-' when '+0' then 'me' when '++' then 'me other' end as expected
from cells where verb in ('update', 'delete');
select is(pg_temp.touched(of_role, whole, name), expected, format('%s: %s by %s', name, whole, of_role))
from wholes where pg_temp.has(needs);
select skip('needs tier ' || needs) from wholes where not pg_temp.has(needs);

-- Functions that write ----------------------------------------------------------------------------------------------

-- Called for a row of `me`: whose rows of that table are other than before; without a table, what comes of the call.
create temp view calls (needs, call, name, anon, authenticated, service_role) as values
  ('free', 'take_upload_slot()', 'upload_limits', '-', 'me', '-'),
  ('free', 'queue_email(''pgtap'', {id})', 'email_queue', '-', '-', 'me'),
  ('free', 'claim_emails(single => {email})', 'email_queue', '-', '-', 'me'),
  ('free', 'claim_emails()', 'email_queue', '-', '-', 'me other'),
  ('free', 'settle_emails(jsonb_build_array(jsonb_build_object(''id'', {email}, ''outcome'', ''sent'')))', 'email_queue', '-', '-', 'me'),
  -- The other one has what was given up.
  ('free', 'revive_emails()', 'email_queue', '-', '-', 'other'),
  ('free', 'forget_emails()', 'email_queue', '-', '-', 'other'),
  ('free', 'record_payment(''pgtap-3'', {id}, 100, 1, now())', 'payments', '-', '-', 'me'),
  ('free', 'record_payment(''pgtap-3'', {id}, 100, 1, now())', 'points_transactions', '-', '-', 'me'),
  ('free', 'record_payment(''pgtap-3'', {id}, 100, 1, now(), true)', 'email_queue', '-', '-', 'me'),
  -- Another's payment, told again as one's own.
  ('free', 'record_payment(''pgtap-2'', {id}, 100, 1, now(), true)', 'payments', '-', '-', 'nobody''s'),
  ('free', 'record_payment(''pgtap-2'', {id}, 100, 1, now(), true)', 'points_transactions', '-', '-', 'nobody''s'),
  ('free', 'private.add_to_post({post}, 1000, 0)', 'posts', '-', '-', '-'),
  ('free', 'private.add_to_reel({reel}, 1000)', 'reels', '-', '-', '-'),
  ('pro', 'private.add_noted_counts()', 'post_counts', '-', '-', '-'),
  ('pro', 'private.note_slow_queries(0)', 'slow_queries', '-', '-', '-'),
  ('pro', 'private.tell_slow_queries(0)', 'slow_queries', '-', '-', '-'),
  ('pro', 'private.watch_queries(0)', 'slow_queries', '-', '-', '-'),
  ('pro', 'private.call_function(''x'')', null, '-', '-', '-'),
  ('pro', 'refresh_feed_posts()', 'feed_window', '-', '-', 'me other'),
  ('pro', 'feed_view_age()', 'feed_window', '-', '-', 'nobody''s'),
  ('team', 'fan_out_follow(enqueue_job(''x''), {other_id}, {id}, true)', 'notifications', '-', '-', 'me'),
  ('team', 'fan_out_follow(enqueue_job(''x''), {other_id}, {id}, true)', 'email_queue', '-', '-', 'me'),
  -- Whom the job names follows nobody.
  ('team', 'fan_out_follow(enqueue_job(''x''), gen_random_uuid(), {id}, true)', 'notifications', '-', '-', 'nobody''s'),
  ('team', 'fan_out_post(enqueue_job(''x''), {other_post})', 'notifications', '-', '-', 'me'),
  ('team', 'fan_out_post(enqueue_job(''x''), {other_deleted_post})', 'notifications', '-', '-', 'nobody''s'),
  ('team', 'complete_job_with(enqueue_job(''x''))', null, '-', '-', '+'),
  ('team', 'unreferenced_media(array[''x''])', null, '-', '-', '+'),
  ('team', 'enqueue_job(''x'')', null, '-', '-', '+'),
  ('team', 'read_jobs(0)', null, '-', '-', '0'),
  -- There is no such job.
  ('team', 'complete_job(-1)', null, '-', '-', 'P0002'),
  ('team', 'fail_job(-1, ''x'')', null, '-', '-', '+'),
  ('team', 'bury_job(-1, ''x'')', null, '-', '-', '+'),
  ('team', 'make_points_partitions()', null, '-', '-', '-'),
  ('team', 'retire_points_partitions()', null, '-', '-', '-');

select is_empty(
  $$select pg_proc.oid::regproc::text from pg_proc
    where (prosecdef or provolatile = 'v') and prokind in ('f', 'p') and prorettype <> 'trigger'::regtype
      and pronamespace in ('public'::regnamespace, 'private'::regnamespace)
      and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
    except select split_part(call, '(', 1) from calls$$,
  'of each function that may write, or passes by row-level security, it is said what comes of calling it');

create temp view called as
select needs, name, of_role, format('select from %s', pg_temp.fill(call, 'me')) as statement, expected,
  format('%s by %s: %s', call, of_role, coalesce(name, 'what comes of it')) as said
from calls cross join lateral (values
  ('anon', anon), ('authenticated', authenticated), ('service_role', service_role)) as by_role (of_role, expected);
select is(
  case when name is null then pg_temp.outcome(of_role, statement) else pg_temp.touched(of_role, statement, name) end, expected, said)
from called where pg_temp.has(needs);
select skip('needs tier ' || needs) from called where not pg_temp.has(needs);

-- The rows that are really seen -------------------------------------------------------------------------------------

grant select on people, tier to public;

set local role anon;
select results_eq(
  'select content, deleted_at is null from posts where user_id in (select id from people) order by content',
  $$values ('me', true), ('other', true)$$, 'anyone sees the posts that are not deleted');
select results_eq(
  'select content from comments where user_id in (select id from people) order by content', array['me', 'other'],
  'anyone sees the comments');
select throws_ok('select from points_transactions', '42501', null, 'nobody sees the ledger without an account');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select results_eq(
  $$select content, deleted_at is null from posts where user_id in (select id from people) order by 1, 2$$,
  $$values ('me', false), ('me', true), ('other', true)$$, 'authors see their own deleted posts, and no other''s');
select results_eq(
  'select user_id from points_transactions', array['00000000-0000-4000-8000-000000000001'::uuid],
  'a user sees the own ledger alone');
select lives_ok($$insert into posts (content) values ('mine')$$, 'a user writes a post');
select results_eq(
  $$select user_id from posts where content = 'mine'$$, array['00000000-0000-4000-8000-000000000001'::uuid],
  'the owner of a row is the user by default');

-- What a user may not set -------------------------------------------------------------------------------------------

select throws_ok(format('update %s set %s', of_table, change), '42501', null,
  format('a user cannot update %s set %s', of_table, change))
from (values
  ('users', 'points = 1000'),
  ('users', 'id = gen_random_uuid()'),
  ('users', 'created_at = now()'),
  ('posts', 'likes_count = 1000'),
  ('posts', 'comments_count = 1000'),
  ('posts', $$user_id = '00000000-0000-4000-8000-000000000002'$$),
  ('posts', 'created_at = now()'),
  ('comments', $$post_id = '00000000-0000-4001-8000-000000000002'$$),
  ('comments', $$user_id = '00000000-0000-4000-8000-000000000002'$$),
  ('reels', 'likes_count = 1000'),
  ('reels', $$user_id = '00000000-0000-4000-8000-000000000002'$$)
) as refused (of_table, change);

select throws_ok(format('insert into %s values (auth.uid(), %s)', of_table, new_row), '42501', null,
  format('a user cannot insert into %s values (…, %s)', of_table, new_row))
from (values
  ('posts (user_id, content, likes_count)', $$'x', 1000$$),
  ('posts (user_id, content, created_at)', $$'x', '2100-01-01'$$),
  ('reels (user_id, media_url, likes_count)', $$'https://a/b', 1000$$),
  ('users (id, username, points)', $$'rich', 1000$$)
) as refused (of_table, new_row);

select throws_ok(format('insert into %s values (%s)', of_table, new_row), '23514', null,
  format('a check refuses %s values (%s)', of_table, new_row))
from (values
  ('posts (content)', $$'  '$$),
  ('posts (content, media_url)', $$'x', 'javascript:alert(1)'$$),
  ('posts (content, media_type)', $$'x', 'text/html'$$),
  ('follows (following_id)', 'auth.uid()'),
  ('comments (post_id, content)', $$'00000000-0000-4001-8000-000000000002', ''$$)
) as refused (of_table, new_row);

-- A deleted post takes its comments out of sight.
reset role;
update posts set deleted_at = now() where id = '00000000-0000-4001-8000-000000000001';
set local role anon;
select is_empty('select from comments where user_id in (select id from people)', 'comments of a deleted post are not seen');
set local role authenticated;
select throws_ok(
  $$insert into comments (post_id, content) values ('00000000-0000-4001-8000-000000000001', 'x')$$, '42501', null,
  'none can be added, even by its author');
reset role;

-- What no role of the API may do ------------------------------------------------------------------------------------

create temp view closed (needs, of_role, statement) as
select needs, of_role, statement
from unnest(array['anon', 'authenticated', 'service_role']) as of_role, (
  select distinct needs, format('truncate %s cascade', of_table) from attempts
  union all values
  ('free', 'create table private.mine ()'),
  ('free', 'create table public.mine ()'),
  ('team', 'select from pgmq.q_jobs'),
  ('team', 'select from pgmq.q_dead_jobs'),
  ('team', $$select pgmq.send('jobs', '{}'::jsonb)$$),
  ('team', 'select from partitions.points_transactions_first'),
  ('team', 'insert into partitions.points_transactions_default (user_id, amount, reason) select id, 1000, ''x'' from users'),
  ('team', 'create table retired.mine ()')
) as statements (needs, statement)
union all values ('team', 'reader', 'select from pgmq.q_jobs');
select is(pg_temp.outcome(of_role, statement), '-', format('%s cannot %s', of_role, statement)) from closed where pg_temp.has(needs);
select skip('needs tier ' || needs) from closed where not pg_temp.has(needs);

select * from finish();
rollback;
