-- The feed: all posts that are not deleted, newest first. The id breaks ties, so that pages neither repeat nor skip a post.
create index concurrently if not exists posts_feed_idx
  on public.posts (created_at desc, id desc) where deleted_at is null;
