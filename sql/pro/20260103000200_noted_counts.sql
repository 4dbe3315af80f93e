-- Counts that were noted aside and that no later like has added to the post: after a rush, its last ones stay behind.
-- Feeds show them all the same, but they are read with every page.
create function private.add_noted_counts() returns void
language plpgsql security definer set search_path = ''
as $$
declare
  noted record;
begin
  for noted in select distinct post_id from private.post_counts loop
    -- One that is being written to adds them itself, or the next time does.
    perform from public.posts where id = noted.post_id for no key update skip locked;
    if found then
      perform private.add_to_post(noted.post_id, 0, 0);
    end if;
  end loop;
  for noted in select distinct reel_id from private.reel_counts loop
    perform from public.reels where id = noted.reel_id for no key update skip locked;
    if found then
      perform private.add_to_reel(noted.reel_id, 0);
    end if;
  end loop;
  delete from private.post_counts where not exists (select from public.posts where id = post_id);
  delete from private.reel_counts where not exists (select from public.reels where id = reel_id);
end
$$;
revoke execute on function private.add_noted_counts() from public, anon, authenticated, service_role;

select cron.schedule('add-noted-counts', '*/5 * * * *', 'select private.add_noted_counts()');
