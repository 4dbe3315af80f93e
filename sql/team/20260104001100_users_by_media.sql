-- Whether anything refers to a stored file, for the clean-up. Equality is all that is asked, so the index holds no addresses.
create index concurrently if not exists users_avatar_url_idx
  on public.users using hash (avatar_url);
