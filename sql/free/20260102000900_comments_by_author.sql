-- Not in the guide: without it, deleting an account reads all comments to find its own.
create index concurrently if not exists comments_user_id_idx
  on public.comments (user_id);
