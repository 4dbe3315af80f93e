-- The scaling guide's phase 2 as it can be run: its view names likes_count and comments_count twice, which Postgres refuses,
-- so they are named once here. Its counts are columns of the posts, which is how they are kept: in place.
create index if not exists idx_posts_created_at_user on posts (user_id, created_at desc);
create index if not exists idx_posts_created_at on posts (created_at desc) where deleted_at is null;
create index if not exists idx_follows_follower on follows (follower_id);
create index if not exists idx_follows_following on follows (following_id);
create index if not exists idx_likes_post on likes (post_id);
create index if not exists idx_likes_user_post on likes (user_id, post_id);
create index if not exists idx_comments_post on comments (post_id, created_at desc);
create index if not exists idx_users_username on users (username);
create index if not exists idx_users_search on users using gin (to_tsvector('english', full_name || ' ' || username));
create index if not exists idx_points_user_created on points_transactions (user_id, created_at desc);
create index if not exists idx_reels_created on reels (created_at desc) where deleted_at is null;
create index if not exists idx_reel_likes_reel on reel_likes (reel_id);

create materialized view if not exists feed_posts_mv as
select p.*, u.username, u.full_name, u.avatar_url
from posts p
join users u on p.user_id = u.id
where p.deleted_at is null
order by p.created_at desc;
create unique index on feed_posts_mv (id);
