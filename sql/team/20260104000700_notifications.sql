-- What happened that concerns a user, written by the job queue's worker.
create table public.notifications (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  -- Who did it.
  actor_id uuid not null references public.users (id) on delete cascade,
  -- The new post; null for a new follower.
  post_id uuid references public.posts (id) on delete cascade,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  constraint notifications_once unique nulls not distinct (user_id, actor_id, post_id)
);
create index notifications_user_id_id_idx on public.notifications (user_id, id desc);
create index notifications_actor_id_idx on public.notifications (actor_id);
create index notifications_post_id_idx on public.notifications (post_id);

alter table public.notifications enable row level security;
revoke all on public.notifications from anon, authenticated, service_role;
grant select, update (read_at), delete on public.notifications to authenticated;
grant select, insert, delete on public.notifications to service_role;
create policy notifications_select on public.notifications for select to authenticated
  using (user_id = (select auth.uid()));
create policy notifications_update on public.notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy notifications_delete on public.notifications for delete to authenticated
  using (user_id = (select auth.uid()));
