-- Posts of one author, newest first. The id breaks ties, as in the feed.
create index concurrently if not exists posts_user_id_created_at_idx
  on public.posts (user_id, created_at desc, id desc);
