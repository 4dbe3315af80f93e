-- Counts are kept by the database, never by a client, and without a row that all who like one post wait for: whoever
-- finds the post's row free adds to it in place, whoever finds it locked notes the change aside and goes on. The next
-- one who gets the row also adds what was noted. What the post's row says plus what is noted is the exact count in every
-- snapshot.

-- What the API does not show. Its functions and views are used by those of `public`.
create schema private;
grant usage on schema private to anon, authenticated, service_role;

create table private.post_counts (
  post_id uuid not null,
  likes integer not null default 0,
  comments integer not null default 0
);
create index post_counts_post_id_idx on private.post_counts (post_id);
create table private.reel_counts (
  reel_id uuid not null,
  likes integer not null
);
create index reel_counts_reel_id_idx on private.reel_counts (reel_id);
alter table private.post_counts enable row level security;
alter table private.reel_counts enable row level security;
grant select on private.post_counts, private.reel_counts to anon, authenticated, service_role;
create policy post_counts_select on private.post_counts for select to anon, authenticated using (true);
create policy reel_counts_select on private.reel_counts for select to anon, authenticated using (true);

create function private.add_to_post(post uuid, more_likes integer, more_comments integer) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  perform from public.posts where id = post for no key update skip locked;
  if found then
    with noted as (
      delete from private.post_counts where post_id = post returning likes, comments
    ), change as (
      select more_likes + coalesce(sum(likes), 0) as likes, more_comments + coalesce(sum(comments), 0) as comments
      from noted
    )
    update public.posts
    set likes_count = likes_count + change.likes, comments_count = comments_count + change.comments
    from change
    where posts.id = post;
  -- A post that is deleted takes its likes and comments with it: there is nothing left to count.
  elsif exists (select from public.posts where id = post) then
    insert into private.post_counts (post_id, likes, comments) values (post, more_likes, more_comments);
  end if;
end
$$;

create function private.add_to_reel(reel uuid, more_likes integer) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  perform from public.reels where id = reel for no key update skip locked;
  if found then
    with noted as (
      delete from private.reel_counts where reel_id = reel returning likes
    )
    update public.reels
    set likes_count = likes_count + more_likes + (select coalesce(sum(likes), 0) from noted)
    where reels.id = reel;
  elsif exists (select from public.reels where id = reel) then
    insert into private.reel_counts (reel_id, likes) values (reel, more_likes);
  end if;
end
$$;

create function public.count_likes() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  sign integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform private.add_to_post(post_id, sign * number, 0)
    from (select post_id, count(*)::integer as number from changed group by post_id) as change;
  return null;
end
$$;
create trigger count_likes_added after insert on public.likes
  referencing new table as changed for each statement execute function public.count_likes();
create trigger count_likes_removed after delete on public.likes
  referencing old table as changed for each statement execute function public.count_likes();

create function public.count_comments() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  sign integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform private.add_to_post(post_id, 0, sign * number)
    from (select post_id, count(*)::integer as number from changed group by post_id) as change;
  return null;
end
$$;
create trigger count_comments_added after insert on public.comments
  referencing new table as changed for each statement execute function public.count_comments();
create trigger count_comments_removed after delete on public.comments
  referencing old table as changed for each statement execute function public.count_comments();

create function public.count_reel_likes() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  sign integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform private.add_to_reel(reel_id, sign * number)
    from (select reel_id, count(*)::integer as number from changed group by reel_id) as change;
  return null;
end
$$;
create trigger count_reel_likes_added after insert on public.reel_likes
  referencing new table as changed for each statement execute function public.count_reel_likes();
create trigger count_reel_likes_removed after delete on public.reel_likes
  referencing old table as changed for each statement execute function public.count_reel_likes();

-- A user's points are one row's, and few change them at once: they are added in place, in the order of the ids, so that two
-- statements wait for each other instead of deadlocking. What would take more points than there are breaks
-- `points >= 0` and is refused as a whole.
create function public.sum_points() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform from public.users where id in (select user_id from changed) order by id for no key update;
  update public.users set points = points + change.amount
    from (select user_id, sum(amount)::integer as amount from changed group by user_id) as change
    where users.id = change.user_id;
  return null;
end
$$;
create trigger sum_points after insert on public.points_transactions
  referencing new table as changed for each statement execute function public.sum_points();

revoke execute on function
  private.add_to_post(uuid, integer, integer), private.add_to_reel(uuid, integer),
  public.count_likes(), public.count_comments(), public.count_reel_likes(), public.sum_points()
  from public, anon, authenticated, service_role;
