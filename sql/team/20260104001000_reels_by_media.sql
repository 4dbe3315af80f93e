-- Whether anything refers to a stored file, for the clean-up. Equality is all that is asked, so the index holds no addresses.
create index concurrently if not exists reels_media_url_idx
  on public.reels using hash (media_url);
