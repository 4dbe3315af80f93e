-- Search of users by words. The guide's idx_users_username (username) is not made: the unique constraint on username has an
-- index.
create index concurrently if not exists users_search_idx
  on public.users using gin (public.user_search_vector(full_name, username));
