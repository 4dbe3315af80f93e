-- The feed: all posts that are not deleted, newest first. The id breaks ties, so that pages neither repeat nor skip a post;
-- the author is there so that the feed of those one follows is found in the index alone.
create index concurrently if not exists posts_feed_idx
  on public.posts (created_at desc, id desc) include (user_id) where deleted_at is null;
