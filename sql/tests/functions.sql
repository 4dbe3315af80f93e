-- What the functions and the triggers do, as a user, as the service.
begin;
select plan(148);

-- Whose SQL is applied. What belongs to a tier that is not there is skipped.
create temp view tier as
select bool_or(version = '20260103000000') as pro, bool_or(version = '20260104000000') as team
from supabase_migrations.schema_migrations;

create temp table people (name text primary key, id uuid default gen_random_uuid());
grant select on tier, people to public;

create function pg_temp.id(of_name text) returns uuid language sql stable return (select id from people where name = of_name);

-- Makes the next statements those of that user. `reset role` ends it.
create function pg_temp.become(of_name text) returns void
language sql
as $$
  select set_config('request.jwt.claims', jsonb_build_object('sub', pg_temp.id(of_name), 'role', 'authenticated')::text, true),
    set_config('role', 'authenticated', true);
$$;

-- Sign-up -----------------------------------------------------------------------------------------------------------

insert into people (name) values ('ann'), ('bob'), ('cid');
insert into auth.users (id, email, raw_user_meta_data)
select id, name || '@functions.test', jsonb_build_object('username', 'zq_' || name, 'full_name', initcap(name)) from people;
select results_eq(
  'select username, full_name, points from users where id in (select id from people) order by username',
  $$values ('zq_ann', 'Ann', 0), ('zq_bob', 'Bob', 0), ('zq_cid', 'Cid', 0)$$, 'an account has a profile');
insert into people (name) values ('ann again');
insert into auth.users (id, email, raw_user_meta_data)
values (pg_temp.id('ann again'), 'again@functions.test', '{"username": "zq_ann"}');
select matches(
  (select username from users where id = pg_temp.id('ann again')), '^zq_ann_[0-9a-f]{8}$', 'a name that is taken is made unique');

-- Welcome -----------------------------------------------------------------------------------------------------------

create temp view welcomed as
select coalesce(name, 'another') from private.email_queue left join people on people.id = user_id
where template = 'welcome' and cause = 'welcome ' || user_id order by 1;
create function pg_temp.confirm(of_name text) returns void
language sql
begin atomic
  update auth.users set email_confirmed_at = now() where id = pg_temp.id(of_name);
end;
-- What was sent before this is as if it were a while ago.
update private.email_queue
  set sent_at = sent_at - interval '2 days', dead_at = dead_at - interval '2 days' where coalesce(sent_at, dead_at) is not null;
insert into private.email_queue (template, address, dead_at) values ('signup', 'dead@functions.test', now());
select pg_temp.confirm('ann');
select is_empty('table welcomed', 'where nothing is sent, nobody is welcomed');
insert into private.email_queue (template, sent_at) values ('signup', now());
update auth.users set email = 'ann2@functions.test', email_confirmed_at = clock_timestamp() where id = pg_temp.id('ann');
insert into auth.users (id, email, email_confirmed_at) values (gen_random_uuid(), 'imported@functions.test', now());
select is_empty('table welcomed', 'nobody is whose new address is confirmed, or who was imported');
select pg_temp.confirm('bob');
select results_eq('table welcomed', array['bob'], 'who confirms the address is');
update auth.users set email_confirmed_at = null where id = pg_temp.id('bob');
select pg_temp.confirm('bob');
select results_eq('table welcomed', array['bob'], 'once');

-- Counters ----------------------------------------------------------------------------------------------------------

create temp table mine (name text primary key, id uuid default gen_random_uuid());
grant select on mine to public;
create function pg_temp.post(of_name text) returns uuid language sql stable return (select id from mine where name = of_name);
insert into mine (name) values ('counted'), ('deleted');
insert into posts (id, user_id, content) select id, pg_temp.id('ann'), name from mine;

create function pg_temp.counts(of_name text) returns text language sql stable
return (select format('%s likes, %s comments', likes_count, comments_count) from posts where id = pg_temp.post(of_name));
-- What the app shows: with what is noted.
create function pg_temp.shown(of_name text) returns text language sql stable
return (select format('%s likes, %s comments', likes_count, comments_count) from private.feed_posts where id = pg_temp.post(of_name));

select pg_temp.become('bob');
insert into likes (post_id) values (pg_temp.post('counted'));
select is(pg_temp.counts('counted'), '1 likes, 0 comments', 'a like is counted');
insert into likes (post_id) values (pg_temp.post('counted')) on conflict do nothing;
select is(pg_temp.counts('counted'), '1 likes, 0 comments', 'a like that is there already is not');
insert into comments (post_id, content) values (pg_temp.post('counted'), 'one'), (pg_temp.post('counted'), 'two');
select is(pg_temp.counts('counted'), '1 likes, 2 comments', 'comments are counted');
delete from comments where content = 'two' and post_id = pg_temp.post('counted');
select is(pg_temp.counts('counted'), '1 likes, 1 comments', 'a comment less');
delete from likes where post_id = pg_temp.post('counted');
select is(pg_temp.counts('counted'), '0 likes, 1 comments', 'a like less');
reset role;

insert into likes (user_id, post_id) select people.id, mine.id from people, mine;
select is(pg_temp.counts(name), format('4 likes, %s comments', case name when 'counted' then 1 else 0 end),
  name || ': many likes at once are counted')
from mine order by name;
delete from posts where id = pg_temp.post('deleted');
select is_empty(
  $$select from likes where post_id = pg_temp.post('deleted')
    union all select from private.post_counts where post_id = pg_temp.post('deleted')$$,
  'a post that is deleted takes its likes with it and leaves no count');
delete from auth.users where id = pg_temp.id('bob');
select is(pg_temp.counts('counted'), '3 likes, 0 comments', 'the likes and comments of an account that is deleted no longer count');
select is_empty($$select from users where id = pg_temp.id('bob')$$, 'nor is there its profile');

-- As someone leaves it who finds the post's row locked.
insert into private.post_counts (post_id, likes, comments) values (pg_temp.post('counted'), 5, 1), (pg_temp.post('counted'), -1, 0);
select is(pg_temp.shown('counted'), '7 likes, 1 comments', 'what is noted aside is shown at once');
select pg_temp.become('cid');
delete from likes where post_id = pg_temp.post('counted') and user_id = pg_temp.id('cid');
reset role;
select is(pg_temp.counts('counted'), '6 likes, 1 comments', 'the next one who counts also adds what was noted');
select is_empty('select from private.post_counts where post_id = pg_temp.post(''counted'')', 'nothing stays noted');

insert into mine (name) values ('reel');
insert into reels (id, user_id, media_url) values (pg_temp.post('reel'), pg_temp.id('ann'), 'https://a/b.mp4');
insert into reel_likes (user_id, reel_id) select id, pg_temp.post('reel') from people where name <> 'bob';
select results_eq('select likes_count from reels where id = pg_temp.post(''reel'')', array[3], 'a reel''s likes are counted');
insert into private.reel_counts (reel_id, likes) values (pg_temp.post('reel'), 4);
delete from reel_likes where reel_id = pg_temp.post('reel') and user_id = pg_temp.id('ann');
select results_eq('select likes_count from reels where id = pg_temp.post(''reel'')', array[6], 'a like less, and what was noted');

-- Points ------------------------------------------------------------------------------------------------------------

create function pg_temp.points() returns text language sql stable
return (select string_agg(points::text, ' ' order by username) from users where username in ('zq_ann', 'zq_cid'));

set local role service_role;
insert into points_transactions (user_id, amount, reason)
values (pg_temp.id('ann'), 5, 'x'), (pg_temp.id('cid'), 7, 'x'), (pg_temp.id('ann'), 10, 'x');
select is(pg_temp.points(), '15 7', 'points are the sum of the ledger');
select throws_ok(
  $$insert into points_transactions (user_id, amount, reason)
    values (pg_temp.id('ann'), 1, 'x'), (pg_temp.id('cid'), -8, 'x')$$,
  '23514', null, 'more than there is cannot be spent');
select is(pg_temp.points(), '15 7', 'and nothing of that statement is done');
insert into points_transactions (user_id, amount, reason)
values (pg_temp.id('cid'), -7, 'x'), (pg_temp.id('ann'), -20, 'x'), (pg_temp.id('ann'), 6, 'x');
select is(pg_temp.points(), '1 0', 'a statement is taken as a whole');
reset role;

-- Search ------------------------------------------------------------------------------------------------------------

insert into people (name) values ('zqxanna'), ('zqxannika'), ('zqxbert'), ('zqxnobody'), ('zqxpercent');
insert into auth.users (id, email, raw_user_meta_data)
select id, name || '@functions.test', jsonb_build_object('username', name, 'full_name', full_name)
from people join (values
  ('zqxanna', 'Zqéphyrine Müllerqz'), ('zqxannika', 'Zqephyrine Straßeqz'), ('zqxbert', 'Zqøren O''Brienqz'),
  ('zqxnobody', null), ('zqxpercent', 'Hundred %qz &|!() qz')
) as names (name, full_name) using (name);

create function pg_temp.found(wanted text, at_most integer default 20) returns text
language sql stable
return (
  select coalesce(string_agg(username, ' ' order by place), '')
  from search_users(wanted, at_most) with ordinality as result (id, username, full_name, avatar_url, bio, points, created_at, place)
  where username like 'zqx%');

set local role anon;
select is(pg_temp.found(wanted), expected, format('%s finds %s', wanted, coalesce(nullif(expected, ''), 'nobody')))
from (values
  ('zqxnobody', 'zqxnobody'),
  ('ZQXNOBODY', 'zqxnobody'),
  ('  zqxnobody  ', 'zqxnobody'),
  ('zqxann', 'zqxanna zqxannika'),
  ('zqéphyrine', 'zqxanna zqxannika'),
  ('zqephyrine', 'zqxanna zqxannika'),
  ('ZQÉPHY', 'zqxanna zqxannika'),
  ('mullerqz', 'zqxanna'),
  ('strasseqz', 'zqxannika'),
  ('zqoren', 'zqxbert'),
  ('zqøren', 'zqxbert'),
  ('o''brienqz', 'zqxbert'),
  ('mulerqz', 'zqxanna'),
  ('müllarqz', 'zqxanna'),
  ('zqxnobady', 'zqxnobody'),
  ('qqqqqqqqqq', '')
) as searches (wanted, expected);
select is(pg_temp.found('müllerqz zqephyrine', 1), 'zqxanna', 'who has all of the words comes first');
select is(pg_temp.found('zqx', 2), 'zqxanna zqxannika', 'at most so many, in the order of their names');
select is((select count(*) from search_users('zqxann', at_most)), 1::bigint, format('at most %s is taken as one', at_most))
from unnest(array[0, -5]) as at_most;
select ok((select count(*) from search_users('z', 1000000)) <= 50, 'never more than fifty');
select lives_ok(format('select * from search_users(%L)', wanted), format('%s is no syntax', left(quote_nullable(wanted), 40)))
from unnest(array[
  '', ' ', null, '''', '''''', '"', '\', ':*', ':', '&', '&|!()', '<->', '()', '!', '%', '%%', '_', '*',
  'a & b', 'ann:*', 'ann | bob', 'x''y:*',
  '\''; drop table users;--', '''; drop table users;--', E'a\nb\tc', 'Ω≈ç√', '日本語', '🎉',
  repeat('a', 100000), repeat('a b ', 25000), repeat('''', 1000)
]) as wanted;
select is_empty('select from search_users('''')', 'nothing wanted, nobody found');
select is(pg_temp.found('%'), '', 'a percent sign is not a wildcard');
reset role;

-- Feeds -------------------------------------------------------------------------------------------------------------

-- The newest posts of all: ann's and cid's in turn, in pairs of the same moment. Some are deleted.
insert into mine (name) select 'post ' || n from generate_series(1, 70) as n;
create temp view written as
select id, substring(name from 6)::integer as n, case substring(name from 6)::integer % 2 when 1 then 'ann' else 'cid' end as author
from mine where name like 'post %';
insert into posts (id, user_id, content, created_at, deleted_at)
select id, pg_temp.id(author), 'zq ' || n, now() - interval '2 minutes' - make_interval(secs => n / 2),
  case when n % 10 = 0 then now() end
from written where n > 6;
-- Many authors of one post each.
insert into people (name) select 'writer ' || n from generate_series(1, 40) as n;
insert into auth.users (id, email) select id, replace(name, ' ', '') || '@functions.test' from people where name like 'writer %';
insert into posts (user_id, content, created_at) select id, name, now() - interval '1 day' from people where name like 'writer %';
-- Then, if there is a view of the feed, what is newer than it; what is deleted and liked after it was made.
do $$
begin
  if (select pro from tier) then
    perform refresh_feed_posts();
  end if;
end
$$;
insert into posts (id, user_id, content, created_at)
select id, pg_temp.id(author), 'zq ' || n, now() - interval '30 seconds' - make_interval(secs => n / 2) from written where n <= 6;
update posts set deleted_at = now() where id in (pg_temp.post('post 11'), pg_temp.post('post 2'));
insert into likes (user_id, post_id) values
  (pg_temp.id('ann'), pg_temp.post('post 12')), (pg_temp.id('cid'), pg_temp.post('post 12')),
  (pg_temp.id('ann'), pg_temp.post('post 3'));
insert into comments (user_id, post_id, content) values (pg_temp.id('cid'), pg_temp.post('post 12'), 'x');
insert into private.post_counts (post_id, likes) values (pg_temp.post('post 12'), 1);

-- The ids of so many pages, one after the other. `call` is the function with its first arguments.
create function pg_temp.walk(call text, page_size integer, pages integer) returns setof uuid
language plpgsql
as $$
declare
  place text;
  page record;
begin
  for n in 1..pages loop
    for page in execute format('select * from %s %L, %s)', call, place, page_size) loop
      return next page.id;
      place := page.cursor;
    end loop;
  end loop;
end
$$;
create function pg_temp.newest(authors text[], number integer) returns setof uuid
language sql stable
as $$
  select id from posts
  where deleted_at is null and (authors is null or user_id in (select id from people where name = any (authors)))
  order by created_at desc, id desc
  limit number
$$;
grant select on written to public;

insert into follows (follower_id, following_id) values (pg_temp.id('ann'), pg_temp.id('cid'));
insert into follows (follower_id, following_id) select pg_temp.id('cid'), id from people where name = 'ann' or name like 'writer %';

select pg_temp.become('ann');
select results_eq(
  'select * from pg_temp.walk(''feed_page('', 7, 12)', 'select * from pg_temp.newest(null, 84)',
  'the feed is all posts, newest first, none twice and none left out');
select results_eq(
  format('select * from pg_temp.walk(%L, 7, 12)', format('profile_page(%L,', pg_temp.id('ann'))),
  'select * from pg_temp.newest(''{ann}'', 84)', 'a profile is its author''s posts');
select results_eq(
  'select * from pg_temp.walk(''following_page('', 7, 12)', 'select * from pg_temp.newest(''{cid}'', 84)',
  'of those whom one follows, their posts');
select pg_temp.become('cid');
select results_eq(
  'select * from pg_temp.walk(''following_page('', 7, 12)',
  $$select * from pg_temp.newest((select array_agg(name) from people where name = 'ann' or name like 'writer %'), 84)$$,
  'also of one who follows many');
select pg_temp.become('ann again');
select is_empty('select from following_page()', 'who follows nobody sees nobody''s');
set local role anon;
set local request.jwt.claims = '{"role": "anon"}';
select is_empty('select from following_page()', 'nor who has no account');
select results_eq(
  'select id from feed_page(null, 30)', 'select * from pg_temp.newest(null, 30)', 'the feed is the same without one');

select is((select count(*) from feed_page(null, wanted)), expected::bigint,
  format('a page of %s is of %s', coalesce(wanted::text, 'no size'), expected))
from (values (null, 20), (0, 1), (-1, 1), (1, 1), (50, 50), (51, 50), (2147483647, 50)) as sizes (wanted, expected);
select is((select count(*) from feed_page()), 20::bigint, 'a page is of 20');

select throws_ok(format('select * from %s %L)', call, place), code, null,
  format('%s %L) is refused', split_part(call, '(', 1), place))
from (values ('feed_page('), ('following_page('), (format('profile_page(%L,', pg_temp.id('ann')))) as calls (call),
  (values
    ('nonsense', '22007'), ('', '22007'), ('''; drop table posts;--', '22007'),
    ('2026-01-01T00:00:00Z', '22P02'), ('2026-01-01T00:00:00Z_1', '22P02'), ('2026-01-01T00:00:00Z_''', '22P02')
  ) as places (place, code);

-- A post as the feed shows it, on the page that begins shortly before it.
create function pg_temp.seen(of_name text) returns text
language sql
as $$
  select format('%s, %s likes, %s comments, %s', username, likes_count, comments_count,
    case when liked_by_me then 'mine' else 'not mine' end)
  from feed_page((select private.cursor_of(created_at + interval '1 second', id) from posts where id = pg_temp.post(of_name)), 50)
  where id = pg_temp.post(of_name)
$$;
select is(pg_temp.seen('post 12'), 'zq_cid, 3 likes, 1 comments, not mine', 'counts are exact, what is noted included');
select is(pg_temp.seen('post 3'), 'zq_ann, 1 likes, 0 comments, not mine', 'also of a post newer than the view');
select results_eq(
  format('select likes_count, comments_count, liked_by_me from profile_page(%L, null, 50) where id = %L',
    pg_temp.id('cid'), pg_temp.post('post 12')),
  'values (3, 1, false)', 'a profile tells the same');
select pg_temp.become('ann');
select is(pg_temp.seen('post 12'), 'zq_cid, 3 likes, 1 comments, mine', 'what one likes is told');
select is(pg_temp.seen('post 3'), 'zq_ann, 1 likes, 0 comments, mine', 'also of a post newer than the view');
select is(pg_temp.seen('post 11'), null, 'what is deleted after the view was refreshed is not served, not even to its author');
select ok(exists (select from posts where id = pg_temp.post('post 11')), 'who still sees it in the table');
select is_empty(
  format('select from profile_page(%L, null, 50) where id = %L', pg_temp.id('ann'), pg_temp.post('post 11')),
  'own deleted posts are not in one''s profile either');
reset role;

-- Tier pro ----------------------------------------------------------------------------------------------------------

create function pg_temp.pro() returns setof text
language plpgsql
as $$
begin
  return next ok(refresh_feed_posts(), 'the view is refreshed');
  return next ok(feed_view_age() between interval '0' and interval '1 minute', 'then it is new');
  return next is_empty(
    'select from private.feed_posts_mv join posts using (id) where deleted_at is not null',
    'a refreshed view holds nothing that is deleted');
  -- As with so many posts that the view has not all, and some time later.
  update private.feed_window
    set refreshed_at = now() - interval '2 hours', since = now() - interval '2 minutes 20 seconds';
  return next ok(feed_view_age() between interval '2 hours' and interval '2 hours 1 minute', 'its age is told');
  return next results_eq(
    'select * from pg_temp.walk(''feed_page('', 7, 12)', 'select * from pg_temp.newest(null, 84)',
    'a feed goes on beyond the view');

  -- A post that nobody likes after the rush, a reel, and a post that was deleted meanwhile.
  insert into private.post_counts (post_id, likes, comments)
    values (pg_temp.post('counted'), 2, 0), (pg_temp.post('counted'), 0, 3), (pg_temp.post('deleted'), 1, 0);
  insert into private.reel_counts (reel_id, likes) values (pg_temp.post('reel'), 1), (pg_temp.post('deleted'), 1);
  perform private.add_noted_counts();
  return next is(pg_temp.counts('counted'), '8 likes, 4 comments', 'what stayed noted is added to the post');
  return next is((select likes_count from reels where id = pg_temp.post('reel')), 7, 'and to the reel');
  return next is_empty(
    $q$select post_id from private.post_counts where post_id in (select id from mine)
      union all select reel_id from private.reel_counts where reel_id in (select id from mine)$q$,
    'then nothing is noted any more');
  return next set_has(
    'select jobname, command from cron.job',
    $q$values ('refresh-feed', 'select public.refresh_feed_posts()'), ('add-noted-counts', 'select private.add_noted_counts()')$q$,
    'this work is scheduled');
end
$$;
select skip('needs tier pro', 9) from tier where not pro;
select pg_temp.pro() from tier where pro;

-- Tier team ---------------------------------------------------------------------------------------------------------

create function pg_temp.team() returns setof text
language plpgsql
as $$
declare
  good bigint := enqueue_job('pgtap', '{"key": 1}');
  bad bigint := enqueue_job('pgtap');
  later bigint := enqueue_job('pgtap', '{}', 3600);
  wait integer;
begin
  return next results_eq(
    $q$select payload, attempts from read_jobs(1000, 60) where kind = 'pgtap' order by id$q$,
    $q$values ('{"key": 1}'::jsonb, 1), ('{}', 1)$q$, 'jobs that are due are read');
  return next is_empty($q$select from read_jobs(1000, 60) where kind = 'pgtap'$q$, 'then they are hidden');
  update pgmq.q_jobs set vt = clock_timestamp() where msg_id = good;
  return next results_eq(
    $q$select id, attempts from read_jobs(1000, 60) where kind = 'pgtap'$q$, format('values (%s::bigint, 2)', good),
    'one whose time is over is read again');
  return next lives_ok(format('select complete_job(%s)', good), 'a job is completed');
  return next throws_ok(format('select complete_job(%s)', good), 'P0002', null, 'once');

  for attempt in 1..4 loop
    wait := fail_job(bad, 'failure ' || attempt);
    return next ok(
      wait between 10 * 4 ^ (attempt - 1) and 12.5 * 4 ^ (attempt - 1),
      format('after failure %s the next attempt is in about %s s', attempt, 10 * 4 ^ (attempt - 1)));
    return next ok(
      (select vt - clock_timestamp() between make_interval(secs => wait - 5) and make_interval(secs => wait)
        from pgmq.q_jobs where msg_id = bad),
      'it is hidden until then');
    update pgmq.q_jobs set vt = clock_timestamp() where msg_id = bad;
    perform read_jobs(1000, 60);
  end loop;
  return next is(fail_job(bad, 'failure 5'), null, 'after failure 5 there is no next attempt');
  return next results_eq(
    format($q$select message ->> 'kind', message ->> 'reason', message -> 'attempts' from pgmq.q_dead_jobs
      where (message ->> 'id')::bigint = %s$q$, bad),
    $q$values ('pgtap', 'failure 5', '5'::jsonb)$q$, 'the job is among the dead letters, with why');
  return next is_empty(format('select from pgmq.q_jobs where msg_id = %s', bad), 'and no longer among the others');
  return next is(fail_job(bad, 'x'), null, 'a job that is gone cannot fail');

  -- A worker that dies never says so.
  for attempt in 1..5 loop
    update pgmq.q_jobs set vt = clock_timestamp() where msg_id = later;
    perform read_jobs(1000, 60);
  end loop;
  update pgmq.q_jobs set vt = clock_timestamp() where msg_id = later;
  return next is_empty($q$select from read_jobs(1000, 60) where kind = 'pgtap'$q$, 'what was read five times is not read again');
  return next results_eq(
    format($q$select message ->> 'reason', message -> 'attempts' from pgmq.q_dead_jobs
      where (message ->> 'id')::bigint = %s$q$, later),
    $q$values ('never completed', '5'::jsonb)$q$, 'but buried');
end
$$;
select skip('needs tier team', 19) from tier where not team;
select pg_temp.team() from tier where team;

select * from finish();
rollback;
