-- Who follows someone. The other direction, the guide's idx_follows_follower (follower_id), is not made: the primary key
-- (follower_id, following_id) begins with it.
create index concurrently if not exists follows_following_id_idx
  on public.follows (following_id);
