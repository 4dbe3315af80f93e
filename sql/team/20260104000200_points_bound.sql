-- Then the bound of the first partition, which all rows until now go to: the first of a month at least a week away, so that
-- there is time for the next steps, and after every row there is. Not checked here: that would block who writes.
do $$
begin
  execute format(
    'alter table public.points_transactions add constraint points_transactions_before check (created_at < %L) not valid',
    date_trunc('month', greatest(now() + interval '7 days', (select max(created_at) from public.points_transactions))
      at time zone 'UTC') at time zone 'UTC' + interval '1 month');
end
$$;
