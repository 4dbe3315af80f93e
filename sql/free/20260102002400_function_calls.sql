-- The database calls edge functions: pg_cron says when, pg_net asks them over HTTP. Their address and the secret that opens
-- them are in the vault, where the program puts them with the schedule (infra/backend/function-calls.ts).
do $$
declare
  name text;
begin
  -- Supabase has both. Elsewhere, as in a bare Postgres, nothing is called.
  for name in select pg_available_extensions.name from pg_available_extensions
    where pg_available_extensions.name in ('pg_net', 'supabase_vault')
  loop
    execute format('create extension if not exists %I', name);
  end loop;
end
$$;

-- The request's number at pg_net; null where nothing may be called.
create function private.call_function(slug text) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  address text := (select decrypted_secret from vault.decrypted_secrets where name = 'functions_url');
  secret text := (select decrypted_secret from vault.decrypted_secrets where name = 'functions_secret');
begin
  if address is null or secret is null then
    return null;
  end if;
  -- A function works for 50 s at most and answers then.
  return net.http_post(
    url => address || '/' || slug, body => '{}',
    headers => jsonb_build_object('Content-Type', 'application/json', 'Authorization', 'Bearer ' || secret),
    timeout_milliseconds => 58000);
end
$$;
revoke execute on function private.call_function(text) from public, anon, authenticated, service_role;
