-- Who likes a post. The guide's idx_likes_user_post (user_id, post_id) is not made: it is the primary key.
create index concurrently if not exists likes_post_id_idx
  on public.likes (post_id);
