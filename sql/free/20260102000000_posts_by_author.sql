-- Posts of one author, newest first. The id breaks ties, as in the feed; `deleted_at` is there so that the feed of those one
-- follows is found in the index alone.
create index concurrently if not exists posts_user_id_created_at_idx
  on public.posts (user_id, created_at desc, id desc) include (deleted_at);
