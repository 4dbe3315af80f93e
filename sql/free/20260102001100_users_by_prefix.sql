-- Search of users by how the username begins: letter by letter, whatever the database's language.
create index concurrently if not exists users_username_prefix_idx
  on public.users (username text_pattern_ops);
