-- The reels feed, as the posts' feed.
create index concurrently if not exists reels_feed_idx
  on public.reels (created_at desc, id desc) where deleted_at is null;
