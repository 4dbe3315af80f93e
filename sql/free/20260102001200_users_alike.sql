-- Search of users with a letter wrong: by the groups of three letters that names have in common.
create index concurrently if not exists users_alike_idx
  on public.users using gin (public.user_search_text(full_name, username) extensions.gin_trgm_ops);
