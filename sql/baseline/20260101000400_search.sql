create extension if not exists unaccent with schema extensions;

create extension if not exists pg_trgm with schema extensions;

create function public.search_text(text) returns text
language sql immutable strict parallel safe set search_path = ''
return lower(extensions.unaccent(
  'extensions.unaccent'::regdictionary, regexp_replace(normalize($1, nfkd), '[\u0300-\u036f]', '', 'g')));

create function public.user_search_text(full_name text, username text) returns text
language sql immutable parallel safe
return username || ' ' || public.search_text(coalesce(full_name, ''));

create function public.user_search_vector(full_name text, username text) returns tsvector
language sql immutable parallel safe
return to_tsvector('pg_catalog.simple'::regconfig, public.user_search_text(full_name, username));

create function public.search_users(query text, at_most integer default 20) returns setof public.users
language plpgsql stable security invoker set search_path = '' set pg_trgm.word_similarity_threshold = 0.5
as $$
declare
  wanted text := btrim(public.search_text(left(query, 100)));
  prefix text := regexp_replace(wanted, '[^a-z0-9_]', '', 'g');
  words text := (
    select string_agg(quote_literal(word) || ':*', ' & ')
    from regexp_split_to_table(regexp_replace(wanted, '[^[:alnum:]]+', ' ', 'g'), ' ') as word
    where word <> '');
  number integer := least(greatest(at_most, 1), 50);
  found_ids uuid[] := '{}';
begin
  if prefix <> '' then
    found_ids := array(
      select id from (
        select id, username from public.users
        where username ^@ prefix
        order by username using ~<~
        limit 50
      ) as begun
      order by username using ~<~
      limit number);
  end if;

  if cardinality(found_ids) < number and char_length(wanted) > 2 then
    found_ids := found_ids || array(
      select id from (
        select id, username, full_name from public.users
        where public.user_search_vector(full_name, username) @@ words::tsquery
        limit 200
      ) as having_words
      where id <> all (found_ids)
      order by username
      limit number - cardinality(found_ids));
  end if;

  if cardinality(found_ids) < number and char_length(wanted) > 3 then
    found_ids := found_ids || array(
      select id from (
        select id, username, full_name from public.users
        where wanted operator(extensions.<%) public.user_search_text(full_name, username)
        limit 200
      ) as alike
      where id <> all (found_ids)
      order by extensions.word_similarity(wanted, public.user_search_text(full_name, username)) desc, username
      limit number - cardinality(found_ids));
  end if;

  return query
    select users.* from unnest(found_ids) with ordinality as result (id, place)
    join public.users using (id)
    order by place;
end
$$;

revoke execute on function public.search_users(text, integer) from public;

grant execute on function public.search_users(text, integer) to anon, authenticated, service_role;
