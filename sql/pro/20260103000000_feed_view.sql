-- The feed with its authors, computed ahead: what the guide calls feed_posts_mv. Each column is named once (the guide's
-- `p.*` already has likes_count and comments_count, so that its view cannot even be made), and the unique index has a
-- name (without one, each run of the script makes another).
create materialized view public.feed_posts_mv as
select
  posts.id,
  posts.user_id,
  posts.content,
  posts.media_url,
  posts.media_type,
  posts.likes_count,
  posts.comments_count,
  posts.created_at,
  users.username,
  users.full_name,
  users.avatar_url
from public.posts
join public.users on users.id = posts.user_id
where posts.deleted_at is null;

-- What a concurrent refresh needs.
create unique index feed_posts_mv_id_key on public.feed_posts_mv (id);
-- What reading the feed needs: the guide's view has none, and is read as a whole for each page.
create index feed_posts_mv_feed_idx on public.feed_posts_mv (created_at desc, id desc);

-- Row-level security does not apply to materialized views: this one holds public rows alone.
revoke all on public.feed_posts_mv from anon, authenticated, service_role;
grant select on public.feed_posts_mv to anon, authenticated, service_role;

-- Readers are not blocked.
create function public.refresh_feed_posts() returns void
language plpgsql security definer set search_path = ''
as $$
begin
  refresh materialized view concurrently public.feed_posts_mv;
end
$$;
revoke execute on function public.refresh_feed_posts() from public, anon, authenticated;
grant execute on function public.refresh_feed_posts() to service_role;
