-- Welcomes each user once, when the address is confirmed. It is confirmed by a message that went out through the queue, a day
-- before at most. Where nothing went out for a day, nobody sends (`lavlay:email` is not set, or the provider is gone): then
-- nothing is queued, so that the queue does not grow, and nobody is welcomed long after. Who is imported is not welcomed.
-- Whatever goes wrong, the confirmation itself goes through.
create function private.welcome() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if exists (
    select from private.email_queue
    -- By the index of what has ended.
    where coalesce(sent_at, dead_at) > now() - interval '1 day' and sent_at is not null
  ) then
    perform public.queue_email('welcome', new.id, null, '{}', 'welcome ' || new.id);
  end if;
  return null;
exception when others then
  raise warning 'No welcome queued for account %: %', new.id, sqlerrm;
  return null;
end
$$;
revoke execute on function private.welcome() from public, anon, authenticated, service_role;

create trigger welcome after update of email_confirmed_at on auth.users
  for each row when (old.email_confirmed_at is null and new.email_confirmed_at is not null)
  execute function private.welcome();
