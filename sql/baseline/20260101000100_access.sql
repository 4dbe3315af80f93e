-- Who may do what. Supabase grants everything on new tables to the API's roles, so each table starts from nothing:
-- grants say which verbs and columns a role has at all, policies say on which rows.
-- The service role passes by row-level security, but not by grants; none may truncate.

revoke all on public.users, public.posts, public.follows, public.likes, public.comments,
  public.points_transactions, public.reels, public.reel_likes
  from anon, authenticated, service_role;

-- users: profiles are public. A row is made at sign-up; `points` belongs to the ledger.
alter table public.users enable row level security;
grant select on public.users to anon, authenticated;
grant insert (id, username, full_name, avatar_url, bio) on public.users to authenticated;
grant update (username, full_name, avatar_url, bio) on public.users to authenticated;
grant select, insert, update, delete on public.users to service_role;
create policy users_select on public.users for select to anon, authenticated using (true);
create policy users_insert on public.users for insert to authenticated
  with check (id = (select auth.uid()));
create policy users_update on public.users for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

-- posts: everyone reads what is not deleted. Authors also see their own deleted posts, because an update must leave a row
-- that its author may read, or a post could not be marked as deleted.
alter table public.posts enable row level security;
grant select on public.posts to anon, authenticated;
grant insert (id, user_id, content, media_url, media_type) on public.posts to authenticated;
grant update (content, deleted_at) on public.posts to authenticated;
grant delete on public.posts to authenticated;
grant select, insert, update, delete on public.posts to service_role;
create policy posts_select on public.posts for select to anon, authenticated
  using (deleted_at is null or user_id = (select auth.uid()));
create policy posts_insert on public.posts for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy posts_update on public.posts for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy posts_delete on public.posts for delete to authenticated
  using (user_id = (select auth.uid()));

-- follows
alter table public.follows enable row level security;
grant select on public.follows to anon, authenticated;
grant insert (follower_id, following_id) on public.follows to authenticated;
grant delete on public.follows to authenticated;
grant select, insert, delete on public.follows to service_role;
create policy follows_select on public.follows for select to anon, authenticated using (true);
create policy follows_insert on public.follows for insert to authenticated
  with check (follower_id = (select auth.uid()));
create policy follows_delete on public.follows for delete to authenticated
  using (follower_id = (select auth.uid()));

-- likes: only of posts that are not deleted.
alter table public.likes enable row level security;
grant select on public.likes to anon, authenticated;
grant insert (user_id, post_id) on public.likes to authenticated;
grant delete on public.likes to authenticated;
grant select, insert, delete on public.likes to service_role;
create policy likes_select on public.likes for select to anon, authenticated using (true);
create policy likes_insert on public.likes for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select 1 from public.posts where posts.id = post_id and posts.deleted_at is null)
  );
create policy likes_delete on public.likes for delete to authenticated
  using (user_id = (select auth.uid()));

-- comments: those of a deleted post go with it.
alter table public.comments enable row level security;
grant select on public.comments to anon, authenticated;
grant insert (id, post_id, user_id, content) on public.comments to authenticated;
grant update (content) on public.comments to authenticated;
grant delete on public.comments to authenticated;
grant select, insert, update (content), delete on public.comments to service_role;
create policy comments_select on public.comments for select to anon, authenticated
  using (exists (select 1 from public.posts where posts.id = post_id and posts.deleted_at is null));
create policy comments_insert on public.comments for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select 1 from public.posts where posts.id = post_id and posts.deleted_at is null)
  );
create policy comments_update on public.comments for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy comments_delete on public.comments for delete to authenticated
  using (user_id = (select auth.uid()));

-- points_transactions: users read their own; the service adds.
alter table public.points_transactions enable row level security;
grant select on public.points_transactions to authenticated;
grant select, insert on public.points_transactions to service_role;
create policy points_transactions_select on public.points_transactions for select to authenticated
  using (user_id = (select auth.uid()));

-- reels: as posts.
alter table public.reels enable row level security;
grant select on public.reels to anon, authenticated;
grant insert (id, user_id, caption, media_url) on public.reels to authenticated;
grant update (caption, deleted_at) on public.reels to authenticated;
grant delete on public.reels to authenticated;
grant select, insert, update, delete on public.reels to service_role;
create policy reels_select on public.reels for select to anon, authenticated
  using (deleted_at is null or user_id = (select auth.uid()));
create policy reels_insert on public.reels for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy reels_update on public.reels for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy reels_delete on public.reels for delete to authenticated
  using (user_id = (select auth.uid()));

-- reel_likes: as likes.
alter table public.reel_likes enable row level security;
grant select on public.reel_likes to anon, authenticated;
grant insert (user_id, reel_id) on public.reel_likes to authenticated;
grant delete on public.reel_likes to authenticated;
grant select, insert, delete on public.reel_likes to service_role;
create policy reel_likes_select on public.reel_likes for select to anon, authenticated using (true);
create policy reel_likes_insert on public.reel_likes for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select 1 from public.reels where reels.id = reel_id and reels.deleted_at is null)
  );
create policy reel_likes_delete on public.reel_likes for delete to authenticated
  using (user_id = (select auth.uid()));
