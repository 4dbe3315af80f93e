-- The rival of the counters: a column that each like updates.
create or replace function public.count_likes() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  sign integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  update public.posts set likes_count = likes_count + sign * change.number
    from (select post_id, count(*)::integer as number from changed group by post_id) as change
    where posts.id = change.post_id;
  return null;
end
$$;
