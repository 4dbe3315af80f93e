-- What the app, the API and the other SQL rely on: tables, columns, keys, indexes, partitions.
begin;
select plan(110);

-- Whose SQL is applied. What belongs to a tier that is not there is skipped.
create temp view tier as
select bool_or(version = '20260103000000') as pro, bool_or(version = '20260104000000') as team
from supabase_migrations.schema_migrations;

-- Tables and columns ------------------------------------------------------------------------------------------------

select tables_are('public', array[
  'users', 'posts', 'follows', 'likes', 'comments', 'points_transactions', 'reels', 'reel_likes', 'payments']::name[]
  || case when team then '{notifications}'::name[] else '{}' end)
from tier;
select columns_are('public', of_table, columns)
from (values
  ('users', '{id,username,full_name,avatar_url,bio,points,created_at}'::name[]),
  ('posts', '{id,user_id,content,media_url,media_type,likes_count,comments_count,created_at,deleted_at}'),
  ('follows', '{follower_id,following_id,created_at}'),
  ('likes', '{user_id,post_id,created_at}'),
  ('comments', '{id,post_id,user_id,content,created_at}'),
  ('points_transactions', '{id,user_id,amount,reason,created_at}'),
  ('reels', '{id,user_id,caption,media_url,likes_count,created_at,deleted_at}'),
  ('reel_likes', '{user_id,reel_id,created_at}')
) as expected (of_table, columns);
select columns_are('private', 'post_counts', '{post_id,likes,comments}'::name[]);
select columns_are('private', 'reel_counts', '{reel_id,likes}'::name[]);

create function pg_temp.definition(of_table text, of_column text) returns text
language sql stable
return (
  select format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
    || case attidentity when 'a' then ' identity' else coalesce(' default ' || pg_get_expr(adbin, adrelid), '') end
  from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attrelid = to_regclass(of_table) and attname = of_column and not attisdropped);

select is(pg_temp.definition(of_table, of_column), expected, of_table || '.' || of_column)
from (values
  ('public.users', 'id', 'uuid not null'),
  ('public.users', 'username', 'text not null'),
  ('public.users', 'full_name', 'text'),
  ('public.users', 'points', 'integer not null default 0'),
  ('public.users', 'created_at', 'timestamp with time zone not null default now()'),
  ('public.posts', 'id', 'uuid not null default gen_random_uuid()'),
  ('public.posts', 'user_id', 'uuid not null default auth.uid()'),
  ('public.posts', 'content', 'text'),
  ('public.posts', 'likes_count', 'integer not null default 0'),
  ('public.posts', 'comments_count', 'integer not null default 0'),
  ('public.posts', 'created_at', 'timestamp with time zone not null default now()'),
  ('public.posts', 'deleted_at', 'timestamp with time zone'),
  ('public.follows', 'follower_id', 'uuid not null default auth.uid()'),
  ('public.follows', 'following_id', 'uuid not null'),
  ('public.likes', 'user_id', 'uuid not null default auth.uid()'),
  ('public.likes', 'post_id', 'uuid not null'),
  ('public.comments', 'id', 'uuid not null default gen_random_uuid()'),
  ('public.comments', 'user_id', 'uuid not null default auth.uid()'),
  ('public.comments', 'post_id', 'uuid not null'),
  ('public.comments', 'content', 'text not null'),
  ('public.points_transactions', 'id', 'bigint not null identity'),
  ('public.points_transactions', 'user_id', 'uuid not null'),
  ('public.points_transactions', 'amount', 'integer not null'),
  ('public.points_transactions', 'reason', 'text not null'),
  ('public.points_transactions', 'created_at', 'timestamp with time zone not null default now()'),
  ('public.reels', 'id', 'uuid not null default gen_random_uuid()'),
  ('public.reels', 'user_id', 'uuid not null default auth.uid()'),
  ('public.reels', 'media_url', 'text not null'),
  ('public.reels', 'likes_count', 'integer not null default 0'),
  ('public.reels', 'deleted_at', 'timestamp with time zone'),
  ('public.reel_likes', 'user_id', 'uuid not null default auth.uid()'),
  ('public.reel_likes', 'reel_id', 'uuid not null'),
  ('private.post_counts', 'likes', 'integer not null default 0'),
  ('private.post_counts', 'comments', 'integer not null default 0'),
  ('private.reel_counts', 'likes', 'integer not null')
) as expected (of_table, of_column, expected);

-- Keys --------------------------------------------------------------------------------------------------------------

select col_is_pk('public', of_table, columns)
from (values
  ('users', '{id}'::name[]),
  ('posts', '{id}'),
  ('follows', '{follower_id,following_id}'),
  ('likes', '{user_id,post_id}'),
  ('comments', '{id}'),
  ('reels', '{id}'),
  ('reel_likes', '{user_id,reel_id}')
) as expected (of_table, columns);
-- A key of a partitioned table holds what it is partitioned by.
select col_is_pk('public', 'points_transactions', case when team then '{id,created_at}' else '{id}' end::name[]) from tier;
select col_is_unique('public', 'users', 'username'::name);

select fk_ok('public', of_table, of_column, to_schema, to_table, 'id')
from (values
  ('users'::name, 'id'::name, 'auth'::name, 'users'::name),
  ('posts', 'user_id', 'public', 'users'),
  ('follows', 'follower_id', 'public', 'users'),
  ('follows', 'following_id', 'public', 'users'),
  ('likes', 'user_id', 'public', 'users'),
  ('likes', 'post_id', 'public', 'posts'),
  ('comments', 'post_id', 'public', 'posts'),
  ('comments', 'user_id', 'public', 'users'),
  ('points_transactions', 'user_id', 'public', 'users'),
  ('reels', 'user_id', 'public', 'users'),
  ('reel_likes', 'user_id', 'public', 'users'),
  ('reel_likes', 'reel_id', 'public', 'reels')
) as expected (of_table, of_column, to_schema, to_table);
select is_empty(
  $$select conname from pg_constraint where connamespace = 'public'::regnamespace and contype = 'f' and confdeltype <> 'c'
    and conname <> 'payments_user_id_fkey'$$,
  'whatever refers to something goes with it, but for what was paid');

-- Indexes -----------------------------------------------------------------------------------------------------------

-- What is only carried along is left out: it makes no difference to what the index can find.
create function pg_temp.keys(of_index text) returns text
language sql stable
return (
  select string_agg(
    pg_get_indexdef(indexrelid, n, false)
      || case when pg_index_column_has_property(indexrelid, n, 'desc') then ' desc' else '' end, ', ' order by n)
  from pg_index cross join lateral generate_series(1, indnkeyatts) as n
  where indexrelid = to_regclass(of_index));

select is(pg_temp.keys('public.' || of_index), keys, of_index || ' is in place')
from (values
  ('posts_user_id_created_at_idx', 'user_id, created_at desc, id desc'),
  ('posts_feed_idx', 'created_at desc, id desc'),
  ('follows_following_id_idx', 'following_id'),
  ('likes_post_id_idx', 'post_id'),
  ('comments_post_id_created_at_idx', 'post_id, created_at desc'),
  ('comments_user_id_idx', 'user_id'),
  ('points_transactions_user_id_created_at_idx', 'user_id, created_at desc'),
  ('reels_feed_idx', 'created_at desc, id desc'),
  ('reels_user_id_created_at_idx', 'user_id, created_at desc'),
  ('reel_likes_reel_id_idx', 'reel_id'),
  ('users_username_prefix_idx', 'username')
) as expected (of_index, keys);
select index_is_type('public', 'users', 'users_search_idx', 'gin');
select index_is_type('public', 'users', 'users_alike_idx', 'gin');
select has_index('private', 'post_counts', 'post_counts_post_id_idx', '{post_id}'::name[]);
select has_index('private', 'reel_counts', 'reel_counts_reel_id_idx', '{reel_id}'::name[]);
select is_empty(
  'select indexrelid::regclass from pg_index where not indisvalid or not indisready', 'every index is valid');

-- Realtime ----------------------------------------------------------------------------------------------------------

select results_eq(
  $$select relreplident <> 'n' from pg_publication_tables join pg_class on pg_class.oid = to_regclass('public.posts')
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'posts'$$,
  array[true], 'Realtime tells of posts that change, which it finds by their key');

-- The rules of the house --------------------------------------------------------------------------------------------

create temp view ours as select oid from pg_namespace where nspname in ('public', 'private', 'partitions', 'retired');
create temp view our_functions as
select * from pg_proc
where pronamespace in (select oid from ours)
  and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e');

select ok(relrowsecurity, format('%s has row-level security', pg_class.oid::regclass))
from pg_class
where relkind in ('r', 'p')
  and pg_class.oid::regclass::text = any (
    '{users,posts,follows,likes,comments,points_transactions,reels,reel_likes,private.post_counts,private.reel_counts}')
order by relname;
select is_empty(
  $$select oid::regclass from pg_class
    where relkind in ('r', 'p') and relnamespace in (select oid from ours) and not relrowsecurity$$,
  'every other table has it too');
select is_empty(
  $$select oid::regprocedure from our_functions
    where prosecdef and not coalesce(proconfig @> array['search_path=""'], false)$$,
  'every security definer function has an empty search path');
select is_empty(
  $$select our_functions.oid::regprocedure
    from our_functions, aclexplode(coalesce(proacl, acldefault('f', proowner))) as grants
    where grantee = 0 and privilege_type = 'EXECUTE'$$,
  'no function is executable by PUBLIC');

-- Tier pro ----------------------------------------------------------------------------------------------------------

select skip('needs tier pro', 6) from tier where not pro;
select has_materialized_view('private', 'feed_posts_mv', 'the view of the feed is there') from tier where pro;
select has_index('private', 'feed_posts_mv', 'feed_posts_mv_id_key', '{id}'::name[]) from tier where pro;
select index_is_unique('private', 'feed_posts_mv', 'feed_posts_mv_id_key') from tier where pro;
select is(pg_temp.keys('private.feed_posts_mv_feed_idx'), 'created_at desc, id desc', 'feed_posts_mv_feed_idx is in place')
from tier where pro;
select has_table('private', 'feed_window', 'the window of the feed is there') from tier where pro;
select results_eq(
  'select count(*) from private.feed_window', array[1::bigint], 'the window is one row from the start') from tier where pro;

-- Tier team ---------------------------------------------------------------------------------------------------------

-- The partitions of the ledger, each from one moment up to the next.
create temp view parts as
select
  relname,
  substring(pg_get_expr(relpartbound, pg_class.oid) from 'FROM \(''([^'']+)''')::timestamptz as since,
  substring(pg_get_expr(relpartbound, pg_class.oid) from 'TO \(''([^'']+)''')::timestamptz as until
from pg_class join pg_inherits on inhrelid = pg_class.oid
where inhparent = 'public.points_transactions'::regclass;

select skip('needs tier team', 6) from tier where not team;
select is_partitioned('public', 'points_transactions', 'the ledger is partitioned') from tier where team;
select is_partition_of('partitions', name, 'public', 'points_transactions')
from tier, unnest('{points_transactions_first,points_transactions_default}'::name[]) as name where team;
select is_empty(
  $$select relname from parts
    where since is not null
      and relname <> 'points_transactions_' || to_char(since at time zone 'UTC', 'YYYY_MM')$$,
  'a partition is named for its month') from tier where team;
select is_empty(
  'select relname from parts where since is not null and since not in (select until from parts where until is not null)',
  'months follow one another without a gap') from tier where team;
select ok(
  (select max(until) from parts) > now() + interval '2 months', 'there are partitions for the months to come')
from tier where team;

select * from finish();
rollback;
