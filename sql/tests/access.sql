-- Who may do what: each table, each role of the API, each verb, on rows of one's own and of another.
begin;
select plan(459);

-- Whose SQL is applied. What belongs to a tier that is not there is skipped.
create temp view tier as
select bool_or(version = '20260103000000') as pro, bool_or(version = '20260104000000') as team
from supabase_migrations.schema_migrations;

-- What the grants and the policies say ------------------------------------------------------------------------------

-- Verbs on the whole table; then the columns that a role may write, where it may not write all.
create temp view grants (of_table, of_role, verbs, inserts, updates) as values
  ('users', 'anon', '{SELECT}'::name[], '', ''),
  ('users', 'authenticated', '{SELECT}', 'avatar_url bio full_name id username', 'avatar_url bio full_name username'),
  ('users', 'service_role', '{SELECT,INSERT,UPDATE,DELETE}', null, null),
  ('posts', 'anon', '{SELECT}', '', ''),
  ('posts', 'authenticated', '{SELECT,DELETE}', 'content id media_type media_url user_id', 'content deleted_at'),
  ('posts', 'service_role', '{SELECT,INSERT,UPDATE,DELETE}', null, null),
  ('follows', 'anon', '{SELECT}', '', ''),
  ('follows', 'authenticated', '{SELECT,DELETE}', 'follower_id following_id', ''),
  ('follows', 'service_role', '{SELECT,INSERT,DELETE}', null, ''),
  ('likes', 'anon', '{SELECT}', '', ''),
  ('likes', 'authenticated', '{SELECT,DELETE}', 'post_id user_id', ''),
  ('likes', 'service_role', '{SELECT,INSERT,DELETE}', null, ''),
  ('comments', 'anon', '{SELECT}', '', ''),
  ('comments', 'authenticated', '{SELECT,DELETE}', 'content id post_id user_id', 'content'),
  ('comments', 'service_role', '{SELECT,INSERT,DELETE}', null, 'content'),
  ('points_transactions', 'anon', '{}', '', ''),
  ('points_transactions', 'authenticated', '{SELECT}', '', ''),
  ('points_transactions', 'service_role', '{SELECT,INSERT}', null, ''),
  ('reels', 'anon', '{SELECT}', '', ''),
  ('reels', 'authenticated', '{SELECT,DELETE}', 'caption id media_url user_id', 'caption deleted_at'),
  ('reels', 'service_role', '{SELECT,INSERT,UPDATE,DELETE}', null, null),
  ('reel_likes', 'anon', '{SELECT}', '', ''),
  ('reel_likes', 'authenticated', '{SELECT,DELETE}', 'reel_id user_id', ''),
  ('reel_likes', 'service_role', '{SELECT,INSERT,DELETE}', null, ''),
  ('payments', 'anon', '{}', '', ''),
  ('payments', 'authenticated', '{SELECT}', '', ''),
  ('payments', 'service_role', '{SELECT}', '', '');

create function pg_temp.columns_with(verb text, of_table text, of_role text) returns text
language sql stable
return (
  select coalesce(string_agg(attname, ' ' order by attname), '') from pg_attribute
  where attrelid = to_regclass('public.' || of_table) and attnum > 0 and not attisdropped
    and has_column_privilege(of_role, attrelid, attnum, verb));

select table_privs_are('public', of_table, of_role, verbs) from grants;
select is(pg_temp.columns_with('insert', of_table, of_role), inserts, format('columns of a new row of %s by %s', of_table, of_role))
from grants where inserts is not null;
select is(pg_temp.columns_with('update', of_table, of_role), updates, format('columns that %s may change in %s', of_role, of_table))
from grants where updates is not null;
select skip('needs tier team', 8) from tier where not team;
select table_privs_are('public', of_table, 'reader', '{SELECT}'::name[])
from tier, (select distinct of_table from grants where of_table <> 'payments') as tables where team;
select table_privs_are('public', 'notifications', of_role, verbs)
from tier, (values
  ('anon', '{}'::name[]), ('authenticated', '{SELECT,DELETE}'), ('service_role', '{SELECT,INSERT,DELETE}'), ('reader', '{}')
) as expected (of_role, verbs) where team;
select is(pg_temp.columns_with('update', 'notifications', 'authenticated'), 'read_at', 'a notification is read, no more')
from tier where team;
select policies_are('public', 'notifications', '{notifications_select,notifications_update,notifications_delete}'::name[])
from tier where team;
select skip('needs tier team', 6) from tier where not team;

create temp view policies (of_table, verb, roles) as values
  ('users', 'select', '{anon,authenticated}'::name[]),
  ('users', 'insert', '{authenticated}'),
  ('users', 'update', '{authenticated}'),
  ('posts', 'select', '{anon,authenticated}'),
  ('posts', 'insert', '{authenticated}'),
  ('posts', 'update', '{authenticated}'),
  ('posts', 'delete', '{authenticated}'),
  ('follows', 'select', '{anon,authenticated}'),
  ('follows', 'insert', '{authenticated}'),
  ('follows', 'delete', '{authenticated}'),
  ('likes', 'select', '{anon,authenticated}'),
  ('likes', 'insert', '{authenticated}'),
  ('likes', 'delete', '{authenticated}'),
  ('comments', 'select', '{anon,authenticated}'),
  ('comments', 'insert', '{authenticated}'),
  ('comments', 'update', '{authenticated}'),
  ('comments', 'delete', '{authenticated}'),
  ('points_transactions', 'select', '{authenticated}'),
  ('reels', 'select', '{anon,authenticated}'),
  ('reels', 'insert', '{authenticated}'),
  ('reels', 'update', '{authenticated}'),
  ('reels', 'delete', '{authenticated}'),
  ('reel_likes', 'select', '{anon,authenticated}'),
  ('reel_likes', 'insert', '{authenticated}'),
  ('reel_likes', 'delete', '{authenticated}'),
  ('payments', 'select', '{authenticated}');

select policies_are('public', of_table, array_agg(of_table || '_' || verb)::name[]) from policies group by of_table;
select policy_cmd_is('public', of_table, (of_table || '_' || verb)::name, verb) from policies;
select policy_roles_are('public', of_table, (of_table || '_' || verb)::name, roles) from policies;

-- What comes of it --------------------------------------------------------------------------------------------------

-- Two users, each with a post, a deleted post, a reel, and one row of everything else.
create temp view people (name, id, post, deleted_post, reel) as values
  ('me', '00000000-0000-4000-8000-000000000001'::uuid, '00000000-0000-4001-8000-000000000001'::uuid,
    '00000000-0000-4002-8000-000000000001'::uuid, '00000000-0000-4003-8000-000000000001'::uuid),
  ('other', '00000000-0000-4000-8000-000000000002', '00000000-0000-4001-8000-000000000002',
    '00000000-0000-4002-8000-000000000002', '00000000-0000-4003-8000-000000000002');
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

-- How each verb is tried. {id}, {post} and so on stand for whose row it is, {other} for the other one, {me} for who asks.
-- `free` is done by the owner before an insert, so that it meets no row that is there already.
create temp view attempts (name, of_table, condition, new_row, change, free) as values
  ('users', 'users', 'id = {id}', '(id, username) values ({id}, ''new_name'')', 'bio = ''x''', 'delete from users where id = {id}'),
  ('posts', 'posts', 'id = {post}', '(user_id, content) values ({id}, ''x'')', 'deleted_at = now()', null),
  -- Its insert is a like: the one thing there is to do with a post is not done with a deleted one.
  ('deleted posts', 'posts', 'id = {deleted_post}', null, 'deleted_at = null', null),
  ('follows', 'follows', 'follower_id = {id}', '(follower_id, following_id) values ({id}, {other})',
    'created_at = now()', 'delete from follows'),
  ('likes', 'likes', 'user_id = {id}', '(user_id, post_id) values ({id}, {my_post})', 'created_at = now()', 'delete from likes'),
  ('likes of deleted posts', 'likes', null, '(user_id, post_id) values ({me}, {deleted_post})', null, null),
  ('comments', 'comments', 'user_id = {id}', '(user_id, post_id, content) values ({id}, {my_post}, ''x'')',
    'content = ''y''', null),
  ('points_transactions', 'points_transactions', 'user_id = {id}', '(user_id, amount, reason) values ({id}, 1, ''x'')',
    'amount = 1000', null),
  ('reels', 'reels', 'id = {reel}', '(user_id, media_url) values ({id}, ''https://a/b.mp4'')', 'deleted_at = now()', null),
  ('reel_likes', 'reel_likes', 'user_id = {id}', '(user_id, reel_id) values ({id}, {my_reel})',
    'created_at = now()', 'delete from reel_likes');

-- What comes of a statement as the data API runs it for `me`: `+` one row, `0` none is seen, `-` refused, or the SQLSTATE
-- of another error. Undone, whatever it was.
create function pg_temp.outcome(as_role text, statement text, before text default null) returns text
language plpgsql
as $$
declare
  number bigint;
begin
  if before is not null then
    execute before;
  end if;
  perform set_config('request.jwt.claims', case as_role
    when 'authenticated' then '{"sub": "00000000-0000-4000-8000-000000000001", "role": "authenticated"}'
    else jsonb_build_object('role', as_role)::text end, true);
  perform set_config('role', as_role, true);
  execute statement;
  get diagnostics number = row_count;
  raise exception using errcode = 'DONE1', message = number;
exception
  when sqlstate 'DONE1' then return case sqlerrm when '0' then '0' when '1' then '+' else sqlerrm end;
  when insufficient_privilege then return '-';
  when others then return sqlstate;
end
$$;

create function pg_temp.fill(statement text, whose text) returns text
language sql stable
return (
  select replace(replace(replace(replace(replace(replace(replace(replace(statement,
    '{id}', quote_literal(one.id)), '{post}', quote_literal(one.post)), '{deleted_post}', quote_literal(one.deleted_post)),
    '{reel}', quote_literal(one.reel)), '{other}', quote_literal(two.id)), '{me}', quote_literal(me.id)),
    '{my_post}', quote_literal(me.post)), '{my_reel}', quote_literal(me.reel))
  from people as one, people as two, people as me
  where one.name = whose and two.name <> whose and me.name = 'me');

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
  ('reel_likes', 'reader', '++', '--', '--', '--');

create temp view cells as
select name, of_role, verb, expected, cell.before, statement
from matrix join attempts using (name)
cross join lateral (values
  ('select', "select", null, format('select from %s where %s', of_table, condition)),
  ('insert', "insert", attempts.free, format('insert into %s %s', of_table, new_row)),
  ('update', "update", null, format('update %s set %s where %s', of_table, change, condition)),
  ('delete', "delete", null, format('delete from %s where %s', of_table, condition))
) as cell (verb, expected, before, statement)
where expected is not null;

create function pg_temp.both(as_role text, statement text, before text) returns text
language sql
return pg_temp.outcome(as_role, pg_temp.fill(statement, 'me'), pg_temp.fill(before, 'me'))
  || pg_temp.outcome(as_role, pg_temp.fill(statement, 'other'), pg_temp.fill(before, 'other'));

select is(pg_temp.both(of_role, statement, before), expected, format('%s: %s by %s', name, verb, of_role))
from cells where of_role <> 'reader';

-- Who made the role may let itself become it; the end of the transaction takes that back.
do $$
begin
  if (select team from tier) then
    grant reader to current_user;
  end if;
end
$$;
select skip('needs tier team', (select count(*)::integer from cells where of_role = 'reader')) from tier where not team;
select is(pg_temp.both(of_role, statement, before), expected, format('%s: %s by %s', name, verb, of_role))
from cells, tier where of_role = 'reader' and team;

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

select is(pg_temp.outcome(of_role, format('truncate %s cascade', of_table)), '-',
  format('%s cannot truncate %s', of_role, of_table))
from (select of_table, of_role from grants) as tables;

create temp view definers as
select oid, prorettype = 'trigger'::regtype as is_trigger from pg_proc
where prosecdef and pronamespace in ('public'::regnamespace, 'private'::regnamespace);
select is_empty(
  format($$select oid::regprocedure from definers
    where has_function_privilege(%L, oid, 'execute') and oid <> 'public.take_upload_slot()'::regprocedure$$, of_role),
  of_role || ' may call no function that runs with its owner''s rights, but the one that counts its own uploads')
from unnest(array['anon', 'authenticated']) as of_role;
select is_empty(
  $$select oid::regprocedure from definers where is_trigger and has_function_privilege('service_role', oid, 'execute')$$,
  'service_role may not call a trigger''s function');

-- What is private ---------------------------------------------------------------------------------------------------

select schema_privs_are('private', of_role, '{USAGE}'::name[])
from unnest('{anon,authenticated,service_role}'::name[]) as of_role;
select table_privs_are('private', of_table, of_role, '{SELECT}'::name[])
from unnest('{post_counts,reel_counts,feed_posts}'::name[]) as of_table,
  unnest('{anon,authenticated,service_role}'::name[]) as of_role;
select is_empty(
  $$select pg_class.oid::regclass, of_role
    from pg_class, unnest(array['anon', 'authenticated', 'service_role']) as of_role
    where relnamespace = 'private'::regnamespace and relkind in ('r', 'p', 'v', 'm')
      and has_table_privilege(of_role, pg_class.oid, 'insert, update, delete, truncate')$$,
  'no role of the API may write anything private');
select policies_are('private', 'post_counts', '{post_counts_select}'::name[]);
select policies_are('private', 'reel_counts', '{reel_counts_select}'::name[]);

create temp view closed (of_role, statement) as
select of_role, statement
from unnest(array['anon', 'authenticated', 'service_role']) as of_role, unnest(array[
  $$insert into private.post_counts (post_id, likes) values (gen_random_uuid(), 1000)$$,
  'update private.post_counts set likes = 1000',
  'delete from private.post_counts',
  'insert into private.reel_counts (reel_id, likes) values (gen_random_uuid(), 1000)',
  'update private.reel_counts set likes = 1000',
  'delete from private.reel_counts',
  'select private.add_to_post(gen_random_uuid(), 1000, 0)',
  'select private.add_to_reel(gen_random_uuid(), 1000)',
  'create table private.mine ()',
  'create table public.mine ()'
]) as statement;
select is(pg_temp.outcome(of_role, statement), '-', format('%s cannot %s', of_role, statement)) from closed;

-- Tier pro
select skip('needs tier pro', 25) from tier where not pro;
select table_privs_are('private', of_table, of_role, '{SELECT}'::name[])
from tier, unnest('{feed_posts_mv,feed_window}'::name[]) as of_table, unnest('{anon,authenticated,service_role}'::name[]) as of_role
where pro;
select policies_are('private', 'feed_window', '{feed_window_select}'::name[]) from tier where pro;
select is(pg_temp.outcome(of_role, statement), '-', format('%s cannot %s', of_role, statement))
from tier, unnest(array['anon', 'authenticated', 'service_role']) as of_role, unnest(array[
  'insert into private.feed_window select * from private.feed_window',
  'update private.feed_window set since = now()',
  'delete from private.feed_window',
  'select private.add_noted_counts()'
]) as statement
where pro;
select is(pg_temp.outcome(of_role, 'select public.' || call), expected, format('%s calls %s', of_role, call))
from tier, unnest(array['refresh_feed_posts()', 'feed_view_age()']) as call,
  (values ('anon', '-'), ('authenticated', '-'), ('service_role', '+')) as may (of_role, expected)
where pro;

-- Tier team
create temp view workers (call, by_service) as values
  ('enqueue_job(''x'')', '+'),
  ('read_jobs(0)', '0'),
  -- There is no such job.
  ('complete_job(-1)', 'P0002'),
  ('fail_job(-1, ''x'')', '+'),
  ('bury_job(-1, ''x'')', '+'),
  ('make_points_partitions()', '-'),
  ('retire_points_partitions()', '-');
create temp view behind (statement) as values
  ('select from pgmq.q_jobs'),
  ('select from pgmq.q_dead_jobs'),
  ('select pgmq.send(''jobs'', ''{}''::jsonb)'),
  ('select from partitions.points_transactions_first'),
  ('insert into partitions.points_transactions_default (user_id, amount, reason) select id, 1000, ''x'' from users'),
  ('create table retired.mine ()');

select skip('needs tier team', (select count(*)::integer * 3 from workers) + (select count(*)::integer * 3 from behind) + 2)
from tier where not team;
select is(
  pg_temp.outcome(of_role, format('select from public.%s', call)),
  case of_role when 'service_role' then by_service else '-' end, format('%s calls %s', of_role, call))
from tier, workers, unnest(array['anon', 'authenticated', 'service_role']) as of_role where team;
select is(pg_temp.outcome(of_role, statement), '-', format('%s cannot %s', of_role, statement))
from tier, behind, unnest(array['anon', 'authenticated', 'service_role']) as of_role where team;
select is(pg_temp.outcome('reader', statement), '-', format('reader cannot %s', statement))
from tier, unnest(array['select from private.post_counts', 'select from pgmq.q_jobs']) as statement where team;

select * from finish();
rollback;
