-- Counters are kept by the database, never by a client. One statement is one update of each counted row; rows are
-- locked in the order of their ids, so that two statements that touch the same rows wait for each other
-- instead of deadlocking.

create function public.count_likes() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  sign integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform from public.posts where id in (select post_id from changed) order by id for no key update;
  update public.posts set likes_count = likes_count + sign * change.number
    from (select post_id, count(*)::integer as number from changed group by post_id) as change
    where posts.id = change.post_id;
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
  perform from public.posts where id in (select post_id from changed) order by id for no key update;
  update public.posts set comments_count = comments_count + sign * change.number
    from (select post_id, count(*)::integer as number from changed group by post_id) as change
    where posts.id = change.post_id;
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
  perform from public.reels where id in (select reel_id from changed) order by id for no key update;
  update public.reels set likes_count = likes_count + sign * change.number
    from (select reel_id, count(*)::integer as number from changed group by reel_id) as change
    where reels.id = change.reel_id;
  return null;
end
$$;
create trigger count_reel_likes_added after insert on public.reel_likes
  referencing new table as changed for each statement execute function public.count_reel_likes();
create trigger count_reel_likes_removed after delete on public.reel_likes
  referencing old table as changed for each statement execute function public.count_reel_likes();

-- A transaction that would take more points than there are breaks `points >= 0` and is refused as a whole.
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

revoke execute on function public.count_likes(), public.count_comments(), public.count_reel_likes(), public.sum_points()
  from public, anon, authenticated, service_role;
