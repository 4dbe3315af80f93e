-- Who may do what, as the grants and the policies say it. What comes of it, row by row: rows.sql.
begin;
select plan(170);

-- Whose SQL is applied. What belongs to a tier that is not there is skipped.
create temp view tier as
select bool_or(version = '20260103000000') as pro, bool_or(version = '20260104000000') as team
from supabase_migrations.schema_migrations;

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

-- Functions ---------------------------------------------------------------------------------------------------------

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

-- Tier pro
select skip('needs tier pro', 7) from tier where not pro;
select table_privs_are('private', of_table, of_role, '{SELECT}'::name[])
from tier, unnest('{feed_posts_mv,feed_window}'::name[]) as of_table, unnest('{anon,authenticated,service_role}'::name[]) as of_role
where pro;
select policies_are('private', 'feed_window', '{feed_window_select}'::name[]) from tier where pro;

select * from finish();
rollback;
