-- Realtime tells the app of posts that change, for their counts. A publication says to it which tables to look at, no more: it
-- sends the columns that the listener may read, of rows that row-level security lets the listener see, which it looks up by
-- the primary key. So the usual replica identity will do, and there is no list of columns: Realtime would not heed it, and
-- with it every update of a post would be refused once the replica identity is made full. Writers are not waited for.
do $$
begin
  -- Supabase has it, and may have the table in it; a bare Postgres has not.
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
  if not exists (
    select from pg_publication_tables
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'posts'
  ) then
    alter publication supabase_realtime add table public.posts;
  end if;
end
$$;
