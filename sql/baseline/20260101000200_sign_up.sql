-- A profile for each new account. The wished username (or the e-mail address's local part) is made to fit and made
-- unique. Whatever goes wrong, the sign-up itself goes through: the user may then insert the profile.
create function public.create_profile() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  wish text := coalesce(
    nullif(btrim(new.raw_user_meta_data ->> 'username'), ''),
    split_part(new.email, '@', 1),
    ''
  );
  -- Letters lose their accents, whatever else does not fit is left out.
  stem text := left(regexp_replace(lower(normalize(wish, nfkd)), '[^a-z0-9_]', '', 'g'), 21);
  name text := nullif(
    left(btrim(coalesce(new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name')), 100), ''
  );
  picture text := new.raw_user_meta_data ->> 'avatar_url';
  candidate text;
begin
  if char_length(stem) < 3 then
    stem := 'user';
  end if;
  if picture !~ '^https?://' or char_length(picture) > 2048 then
    picture := null;
  end if;
  candidate := stem;
  for attempt in 1..5 loop
    insert into public.users (id, username, full_name, avatar_url)
    values (new.id, candidate, name, picture)
    on conflict do nothing;
    exit when found;
    candidate := stem || '_' || left(replace(gen_random_uuid()::text, '-', ''), 8);
  end loop;
  return new;
exception when others then
  raise warning 'No profile made for account %: %', new.id, sqlerrm;
  return new;
end
$$;
revoke execute on function public.create_profile() from public, anon, authenticated, service_role;

create trigger create_profile after insert on auth.users
  for each row execute function public.create_profile();
