-- What was paid, each payment once by the provider's reference, and the points it brought.
create table public.payments (
  reference text primary key check (reference ~ '^[A-Za-z0-9.=_-]{1,100}$'),
  -- Null where nobody can be told to be the payer, or the account is gone: the payment stays.
  user_id uuid references public.users (id) on delete set null,
  -- In the currency's hundredth: kobo, of which 100 are a naira.
  kobo bigint not null check (kobo > 0),
  points integer not null check (points >= 0),
  -- `unmatched` waits for people: paid by nobody known, or in another currency.
  status text not null check (status in ('paid', 'unmatched')),
  paid_at timestamptz not null,
  recorded_at timestamptz not null default now()
);
create index payments_user_id_paid_at_idx on public.payments (user_id, paid_at desc);

alter table public.payments enable row level security;
revoke all on public.payments from anon, authenticated, service_role;
grant select on public.payments to authenticated, service_role;
create policy payments_select on public.payments for select to authenticated
  using (user_id = (select auth.uid()));

-- Records a payment, its points and, if asked, its receipt in the queue: all of it or nothing, and once, however often and
-- at how many places at once it is called. True the first time. `payer` is null where nobody is to get points.
create function public.record_payment(
  reference text, payer uuid, kobo bigint, points integer, paid_at timestamptz, receipt boolean default false)
returns boolean
language plpgsql security definer set search_path = ''
as $$
#variable_conflict use_variable
declare
  known uuid := (select id from public.users where id = payer for key share);
  earned integer := case when known is null then 0 else points end;
begin
  insert into public.payments as p (reference, user_id, kobo, points, status, paid_at)
  values (reference, known, kobo, earned, case when known is null then 'unmatched' else 'paid' end, paid_at)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  if earned > 0 then
    insert into public.points_transactions (user_id, amount, reason)
    values (known, earned, 'payment ' || reference);
  end if;
  if receipt and known is not null then
    perform public.queue_email('payment-receipt', known, null,
      jsonb_build_object('reference', reference, 'kobo', kobo, 'points', earned, 'paidAt', paid_at), 'payment ' || reference);
  end if;
  return true;
end
$$;
revoke execute on function public.record_payment(text, uuid, bigint, integer, timestamptz, boolean)
  from public, anon, authenticated;
grant execute on function public.record_payment(text, uuid, bigint, integer, timestamptz, boolean) to service_role;
