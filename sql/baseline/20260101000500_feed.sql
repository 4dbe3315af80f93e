-- The feeds, as one contract for the app whatever the tier: newest first, page by page. A page begins after a cursor,
-- which each post carries, never at an offset: posts that are added meanwhile neither repeat nor hide one, and a
-- late page costs what the first one does. What one may not read is in no page: row-level security applies.

-- Where the page after a post begins.
create function private.cursor_of(created_at timestamptz, id uuid) returns text
language sql stable
return to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '_' || id;

-- The place in a feed that a cursor names; without one, before the newest post.
create function private.place_of(inout cursor text, out at timestamptz, out id uuid)
language plpgsql stable set search_path = ''
as $$
begin
  at := coalesce(split_part(cursor, '_', 1)::timestamptz, 'infinity');
  id := coalesce(split_part(cursor, '_', 2)::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
end
$$;

-- How many posts a page has: 20, unless asked for more or less; at most 50.
create function private.page_size("limit" integer) returns integer
language sql immutable
return least(greatest(coalesce("limit", 20), 1), 50);

-- A post as feeds show it. The counts are exact: see the counters.
create view private.feed_posts with (security_invoker = true) as
select
  posts.id,
  posts.content,
  posts.media_url,
  posts.media_type,
  posts.likes_count + noted.likes as likes_count,
  posts.comments_count + noted.comments as comments_count,
  exists (
    select from public.likes where likes.post_id = posts.id and likes.user_id = (select auth.uid())
  ) as liked_by_me,
  posts.created_at,
  posts.user_id,
  users.username,
  users.full_name,
  users.avatar_url,
  private.cursor_of(posts.created_at, posts.id) as cursor
from public.posts
join public.users on users.id = posts.user_id
cross join lateral (
  select coalesce(sum(likes), 0)::integer as likes, coalesce(sum(comments), 0)::integer as comments
  from private.post_counts where post_id = posts.id
) as noted
where posts.deleted_at is null;
revoke all on private.feed_posts from anon, authenticated, service_role;
grant select on private.feed_posts to anon, authenticated, service_role;

-- Of the posts since a moment, the newest that come after a place in the feed.
-- The inner limits are there for the planner, which knows nothing of the value of a parameter.
create function private.posts_after(place_at timestamptz, place_id uuid, number integer, since timestamptz default '-infinity')
returns setof private.feed_posts
language plpgsql stable set search_path = ''
as $$
begin
  return query
    select * from (
      select * from private.feed_posts
      where (created_at, id) < (place_at, place_id) and created_at > since
      order by created_at desc, id desc
      limit 50
    ) as page
    limit number;
end
$$;

-- Everyone's posts.
create function public.feed_page(cursor text default null, "limit" integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = ''
as $$
declare
  place record := private.place_of(cursor);
begin
  return query select * from private.posts_after(place.at, place.id, private.page_size("limit"));
end
$$;

-- One author's posts.
create function public.profile_page(author uuid, cursor text default null, "limit" integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = ''
as $$
declare
  place record := private.place_of(cursor);
begin
  return query
    select * from (
      select * from private.feed_posts
      where user_id = author and (created_at, id) < (place.at, place.id)
      order by created_at desc, id desc
      limit 50
    ) as page
    limit private.page_size("limit");
end
$$;

-- The posts of those whom the user follows.
-- Who follows many finds enough of theirs among the newest posts of all. Who follows few is better served author by author:
-- the newest posts can only be by those authors whose own newest post is among the newest.
create function public.following_page(cursor text default null, "limit" integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = ''
as $$
declare
  me uuid := auth.uid();
  place record := private.place_of(cursor);
  number integer := private.page_size("limit");
  follows_many boolean := (
    select count(*) = 1000 from (select from public.follows where follower_id = me limit 1000) as first_ones);
  ids uuid[];
begin
  if follows_many then
    ids := array(
      select id from (
        select id, user_id from public.posts
        where deleted_at is null and (created_at, id) < (place.at, place.id)
        order by created_at desc, id desc
        limit 1000
      ) as newest
      where exists (select from public.follows where follower_id = me and following_id = newest.user_id)
      limit number);
  end if;
  if ids is null or cardinality(ids) < number then
    ids := array(
      select post.id from (
        select following_id
        from public.follows
        cross join lateral (
          select created_at, id from public.posts
          where user_id = following_id and deleted_at is null and (created_at, id) < (place.at, place.id)
          order by created_at desc, id desc
          limit 1
        ) as newest
        where follower_id = me
        order by newest.created_at desc, newest.id desc
        limit number
      ) as author
      cross join lateral (
        select created_at, id from public.posts
        where user_id = following_id and deleted_at is null and (created_at, id) < (place.at, place.id)
        order by created_at desc, id desc
        limit number
      ) as post
      order by post.created_at desc, post.id desc
      limit number);
  end if;
  return query
    select feed_posts.* from unnest(ids) with ordinality as page (id, nth)
    join private.feed_posts using (id)
    order by nth;
end
$$;

revoke execute on function
  private.cursor_of(timestamptz, uuid), private.place_of(text), private.page_size(integer),
  private.posts_after(timestamptz, uuid, integer, timestamptz),
  public.feed_page(text, integer), public.profile_page(uuid, text, integer), public.following_page(text, integer)
  from public;
grant execute on function
  private.cursor_of(timestamptz, uuid), private.place_of(text), private.page_size(integer),
  private.posts_after(timestamptz, uuid, integer, timestamptz),
  public.feed_page(text, integer), public.profile_page(uuid, text, integer), public.following_page(text, integer)
  to anon, authenticated, service_role;
