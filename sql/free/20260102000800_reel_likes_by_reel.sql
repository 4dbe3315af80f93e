-- Who likes a reel.
create index concurrently if not exists reel_likes_reel_id_idx
  on public.reel_likes (reel_id);
