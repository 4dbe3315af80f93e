-- Comments of a post, newest first.
create index concurrently if not exists comments_post_id_created_at_idx
  on public.comments (post_id, created_at desc);
