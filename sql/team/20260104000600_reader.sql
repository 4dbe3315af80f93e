-- For reports and for whoever looks at data, on a read replica or not: reads what the app shows and the ledger, changes nothing,
-- cannot keep the database busy for long. It cannot log in until it is given a password:
-- alter role reader login password '…'.
do $$
begin
  if not exists (select from pg_roles where rolname = 'reader') then
    create role reader nologin noinherit bypassrls;
  end if;
end
$$;
alter role reader set default_transaction_read_only = on;
alter role reader set statement_timeout = '30s';
alter role reader set idle_in_transaction_session_timeout = '30s';
grant usage on schema public to reader;
grant select on public.users, public.posts, public.follows, public.likes, public.comments,
  public.points_transactions, public.reels, public.reel_likes to reader;
