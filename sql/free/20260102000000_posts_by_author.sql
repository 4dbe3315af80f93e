-- Posts of one author, newest first.
create index concurrently if not exists posts_user_id_created_at_idx
  on public.posts (user_id, created_at desc);
