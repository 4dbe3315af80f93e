-- Whether anything refers to a stored file, for the clean-up. Equality is all that is asked, so the index holds no addresses.
create index concurrently if not exists posts_media_url_idx
  on public.posts using hash (media_url);
