-- The jobs that this package queues, and what the worker calls for them: the effect and the end of the job are one transaction.

-- A job of which nothing is left to do in the database, with the one that goes on where it stopped, if any.
create function public.complete_job_with(job_id bigint, next_kind text default null, next_payload jsonb default '{}') returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if next_kind is not null then
    perform public.enqueue_job(next_kind, next_payload);
  end if;
  perform public.complete_job(job_id);
end
$$;

-- Tells a post's author's followers, so many at a time; a job for the rest follows. How many were told.
create function public.fan_out_post(job_id bigint, post uuid, after uuid default null, quantity integer default 1000) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  author uuid := (select user_id from public.posts where id = post and deleted_at is null);
  followers uuid[];
begin
  followers := array(
    select follower_id from public.follows
    where following_id = author and (after is null or follower_id > after)
    order by follower_id limit quantity);
  insert into public.notifications (user_id, actor_id, post_id)
    select follower, author, post from unnest(followers) as follower
    on conflict do nothing;
  if cardinality(followers) = quantity then
    perform public.enqueue_job('fan-out', jsonb_build_object('post', post, 'after', followers[quantity]));
  end if;
  perform public.complete_job(job_id);
  return cardinality(followers);
end
$$;

-- Tells a user of a new follower, by e-mail too if asked. One who unfollows and follows again is told of once.
create function public.fan_out_follow(job_id bigint, follower uuid, followed uuid, by_email boolean default false) returns void
language plpgsql security definer set search_path = ''
as $$
declare
  name text := (select username from public.users where id = follower);
begin
  if exists (select from public.follows where follower_id = follower and following_id = followed) then
    insert into public.notifications (user_id, actor_id) values (followed, follower) on conflict do nothing;
    if found and by_email then
      perform public.queue_email('new-follower', followed, null, jsonb_build_object('follower', name));
    end if;
  end if;
  perform public.complete_job(job_id);
end
$$;

-- Those of the addresses of media that nothing refers to.
create function public.unreferenced_media(addresses text[]) returns setof text
language sql stable security definer set search_path = ''
as $$
  select address from unnest(addresses) as address
  where not exists (select from public.posts where media_url = address)
    and not exists (select from public.reels where media_url = address)
    and not exists (select from public.users where avatar_url = address)
$$;

revoke execute on function
  public.complete_job_with(bigint, text, jsonb), public.fan_out_post(bigint, uuid, uuid, integer),
  public.fan_out_follow(bigint, uuid, uuid, boolean), public.unreferenced_media(text[])
  from public, anon, authenticated;
grant execute on function
  public.complete_job_with(bigint, text, jsonb), public.fan_out_post(bigint, uuid, uuid, integer),
  public.fan_out_follow(bigint, uuid, uuid, boolean), public.unreferenced_media(text[])
  to service_role;

create function public.queue_post_jobs() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform public.enqueue_job('thumbnail', jsonb_build_object('url', media_url)) from added where media_type like 'image%';
  perform public.enqueue_job('fan-out', jsonb_build_object('post', id)) from added
    where exists (select from public.follows where following_id = added.user_id);
  return null;
end
$$;
create trigger queue_post_jobs after insert on public.posts
  referencing new table as added for each statement execute function public.queue_post_jobs();

create function public.queue_follow_jobs() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform public.enqueue_job('fan-out', jsonb_build_object('follower', follower_id, 'followed', following_id)) from added;
  return null;
end
$$;
create trigger queue_follow_jobs after insert on public.follows
  referencing new table as added for each statement execute function public.queue_follow_jobs();

revoke execute on function public.queue_post_jobs(), public.queue_follow_jobs() from public, anon, authenticated, service_role;
