-- The newest posts with their authors, computed ahead: what the guide calls feed_posts_mv, put right.
--  - It holds the newest 10,000 posts, not all: a refresh costs the same however many posts there are.
--  - It has the index that its order needs; the guide's has none and is read as a whole for each page.
--  - It holds no content and no counts: these are read from the post itself, with row-level security, which a
--    materialized view has not. What is deleted or hidden is gone at once, and counts are exact.
create materialized view private.feed_posts_mv as
select posts.id, posts.created_at, users.username, users.full_name, users.avatar_url
from public.posts
join public.users on users.id = posts.user_id
-- A transaction's posts bear the time of its beginning: what is being written now may become visible late.
where posts.deleted_at is null and posts.created_at < now() - interval '1 minute'
order by posts.created_at desc, posts.id desc
limit 10000;

-- What a concurrent refresh needs.
create unique index feed_posts_mv_id_key on private.feed_posts_mv (id);
-- What reading the feed needs.
create index feed_posts_mv_feed_idx on private.feed_posts_mv (created_at desc, id desc);

revoke all on private.feed_posts_mv from anon, authenticated, service_role;
grant select on private.feed_posts_mv to anon, authenticated, service_role;

-- Which posts the view answers for: those after `since`, up to and with `until`. One row, written with each refresh.
create table private.feed_window (
  one boolean primary key default true check (one),
  since timestamptz not null,
  until timestamptz not null,
  refreshed_at timestamptz not null,
  took interval not null
);
alter table private.feed_window enable row level security;
revoke all on private.feed_window from anon, authenticated, service_role;
grant select on private.feed_window to anon, authenticated, service_role;
create policy feed_window_select on private.feed_window for select to anon, authenticated using (true);

-- Readers are not blocked. One that finds the last refresh still at work leaves it to that one; true if it did refresh.
create function public.refresh_feed_posts() returns boolean
language plpgsql security definer set search_path = ''
as $$
declare
  newest timestamptz;
  oldest timestamptz;
  number bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('refresh_feed_posts')) then
    return false;
  end if;
  refresh materialized view concurrently private.feed_posts_mv;
  select max(created_at), min(created_at), count(*) into newest, oldest, number from private.feed_posts_mv;
  insert into private.feed_window (since, until, refreshed_at, took)
  -- A view that is not full holds all there is. One that is may have left out posts of its oldest moment.
  values (
    case when number < 10000 then '-infinity' else oldest end, coalesce(newest, '-infinity'),
    now(), clock_timestamp() - now())
  on conflict (one) do update
    set since = excluded.since, until = excluded.until, refreshed_at = excluded.refreshed_at, took = excluded.took;
  return true;
end
$$;
revoke execute on function public.refresh_feed_posts() from public, anon, authenticated;
grant execute on function public.refresh_feed_posts() to service_role;
select public.refresh_feed_posts();

-- How old the feed's view is, for whoever watches over it.
create function public.feed_view_age() returns interval
language sql stable set search_path = ''
return (select clock_timestamp() - refreshed_at from private.feed_window);
revoke execute on function public.feed_view_age() from public, anon, authenticated;
grant execute on function public.feed_view_age() to service_role;

-- Everyone's posts: newer than the view from the tables, then from the view, then older than it from the tables. A stable
-- function sees one moment throughout, so the three fit together even while the view is refreshed.
create or replace function public.feed_page(cursor text default null, page_size integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = '' set enable_memoize = off
as $$
declare
  place record := private.place_of(cursor);
  wanted integer := private.bounded(page_size);
  covered private.feed_window := (select feed_window from private.feed_window);
  number integer;
begin
  -- The newest one by its index: the planner takes `exists` for a reason to read the table from its beginning.
  if place.at > covered.until and covered.until < (
    select created_at from public.posts where deleted_at is null order by created_at desc, id desc limit 1
  ) then
    return query select * from private.posts_after(place.at, place.id, wanted, covered.until);
    get diagnostics number = row_count;
    wanted := wanted - number;
  end if;
  if wanted > 0 and place.at > covered.since then
    return query
      select * from (
        select
          posts.id, posts.content, posts.media_url, posts.media_type,
          posts.likes_count + coalesce(noted.likes, 0), posts.comments_count + coalesce(noted.comments, 0),
          exists (select from public.likes where likes.post_id = posts.id and likes.user_id = (select auth.uid())),
          posts.created_at, posts.user_id, ahead.username, ahead.full_name, ahead.avatar_url,
          private.cursor_of(posts.created_at, posts.id)
        from private.feed_posts_mv as ahead
        join public.posts on posts.id = ahead.id and posts.deleted_at is null
        left join private.noted_counts as noted on noted.post_id = posts.id
        where (ahead.created_at, ahead.id) < (place.at, place.id) and ahead.created_at > covered.since
        order by ahead.created_at desc, ahead.id desc
        limit 50
      ) as page
      limit wanted;
    get diagnostics number = row_count;
    wanted := wanted - number;
  end if;
  if wanted > 0 then
    if place.at > covered.since then
      place.at := covered.since + interval '1 microsecond';
      place.id := '00000000-0000-0000-0000-000000000000';
    end if;
    return query select * from private.posts_after(place.at, place.id, wanted);
  end if;
end
$$;
