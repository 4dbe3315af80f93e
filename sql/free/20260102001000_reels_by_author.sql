-- Not in the guide: reels of one author, newest first; also for deleting an account.
create index concurrently if not exists reels_user_id_created_at_idx
  on public.reels (user_id, created_at desc);
