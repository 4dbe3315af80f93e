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
create function private.bounded(page_size integer) returns integer
language sql immutable
return least(greatest(coalesce(page_size, 20), 1), 50);

-- Likes and comments that are not added to their posts yet: few, since whoever adds to a post adds them too.
create view private.noted_counts with (security_invoker = true) as
select post_id, sum(likes)::integer as likes, sum(comments)::integer as comments
from private.post_counts group by post_id;

-- A post as feeds show it. The counts are exact: see the counters.
create view private.feed_posts with (security_invoker = true) as
select
  posts.id,
  posts.content,
  posts.media_url,
  posts.media_type,
  posts.likes_count + coalesce(noted.likes, 0) as likes_count,
  posts.comments_count + coalesce(noted.comments, 0) as comments_count,
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
left join private.noted_counts as noted on noted.post_id = posts.id
where posts.deleted_at is null;
revoke all on private.noted_counts, private.feed_posts from anon, authenticated, service_role;
grant select on private.noted_counts, private.feed_posts to anon, authenticated, service_role;

-- Of the posts since a moment, the newest that come after a place in the feed.
-- The inner limits are there for the planner, which knows nothing of the value of a parameter.
create function private.posts_after(place_at timestamptz, place_id uuid, number integer, since timestamptz default '-infinity')
returns setof private.feed_posts
language plpgsql stable set search_path = '' set enable_memoize = off
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
create function public.feed_page(cursor text default null, page_size integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = '' set enable_memoize = off
as $$
declare
  place record := private.place_of(cursor);
begin
  return query select * from private.posts_after(place.at, place.id, private.bounded(page_size));
end
$$;

-- One author's posts.
create function public.profile_page(author uuid, cursor text default null, page_size integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = '' set enable_memoize = off
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
    limit private.bounded(page_size);
end
$$;

-- The posts of those whom the user follows. Enough of theirs is among the newest posts of all, if they write much or are
-- many: each of these is looked at in turn until the page is full. Whom one follows is read as a whole for that, or, where
-- these are a thousand and more, looked up author by author. What is missing then is asked of the authors one by one: it
-- can only be by those whose own newest post is among the newest.
create function public.following_page(cursor text default null, page_size integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = '' set enable_memoize = off
as $$
declare
  me uuid := auth.uid();
  place record := private.place_of(cursor);
  wanted integer := private.bounded(page_size);
  number integer;
  newest_posts constant integer := 4000;
  follows_some boolean := exists (select from public.follows where follower_id = me offset 29);
  follows_many boolean := follows_some and exists (select from public.follows where follower_id = me offset 999);
begin
  if follows_some then
    return query
      select feed_posts.* from (
        select created_at, id from (
          select created_at, id, user_id from public.posts
          where deleted_at is null and (created_at, id) < (place.at, place.id)
          order by created_at desc, id desc
          limit newest_posts
        ) as newest
        where case
          when follows_many then
            (select true from public.follows where follower_id = me and following_id = newest.user_id)
          else newest.user_id in (select following_id from public.follows where follower_id = me)
        end
        order by created_at desc, id desc
        limit 50
      ) as page
      join private.feed_posts on feed_posts.id = page.id
      order by page.created_at desc, page.id desc
      limit wanted;
    get diagnostics number = row_count;
    wanted := wanted - number;
    if wanted > 0 then
      select created_at, id into place.at, place.id from public.posts
        where deleted_at is null and (created_at, id) < (place.at, place.id)
        order by created_at desc, id desc
        offset newest_posts - 1 limit 1;
      if not found then
        return;
      end if;
    end if;
  end if;
  if wanted > 0 then
    return query
      select feed_posts.* from (
        select post.created_at, post.id from (
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
          limit wanted
        ) as author
        cross join lateral (
          select created_at, id from public.posts
          where user_id = following_id and deleted_at is null and (created_at, id) < (place.at, place.id)
          order by created_at desc, id desc
          limit wanted
        ) as post
        order by post.created_at desc, post.id desc
        limit 50
      ) as page
      join private.feed_posts on feed_posts.id = page.id
      order by page.created_at desc, page.id desc
      limit wanted;
  end if;
end
$$;

revoke execute on function
  private.cursor_of(timestamptz, uuid), private.place_of(text), private.bounded(integer),
  private.posts_after(timestamptz, uuid, integer, timestamptz),
  public.feed_page(text, integer), public.profile_page(uuid, text, integer), public.following_page(text, integer)
  from public;
grant execute on function
  private.cursor_of(timestamptz, uuid), private.place_of(text), private.bounded(integer),
  private.posts_after(timestamptz, uuid, integer, timestamptz),
  public.feed_page(text, integer), public.profile_page(uuid, text, integer), public.following_page(text, integer)
  to anon, authenticated, service_role;
