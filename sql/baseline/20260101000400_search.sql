-- Search of users: as one types, by username or by any word of the name, accents or not, and with a letter wrong.

create extension if not exists unaccent with schema extensions;
create extension if not exists pg_trgm with schema extensions;
-- Loads its library: a function may be given its setting only then.
select extensions.show_limit();

-- A text as it is searched: lower case, no accents. `normalize` parts a letter from its marks, whichever way they were
-- typed; `unaccent` knows letters that are not made of parts, such as ɓ, ƙ and ø. Immutable, because an index is built on
-- it: the rules of `unaccent` must not be changed.
create function public.search_text(text) returns text
language sql immutable strict parallel safe set search_path = ''
return lower(extensions.unaccent(
  'extensions.unaccent'::regdictionary, regexp_replace(normalize($1, nfkd), '[\u0300-\u036f]', '', 'g')));

-- What is searched of a user. `coalesce`, because text || null is null: without it a user who has no full name is not
-- found by the username either. Functions, so that the indexes and the queries cannot disagree.
create function public.user_search_text(full_name text, username text) returns text
language sql immutable parallel safe
return username || ' ' || public.search_text(coalesce(full_name, ''));

-- `simple`, because names are not to be stemmed as English words.
create function public.user_search_vector(full_name text, username text) returns tsvector
language sql immutable parallel safe
return to_tsvector('pg_catalog.simple'::regconfig, public.user_search_text(full_name, username));

-- Users whose username begins so, then users who have all these words (the last may be just begun), then, if these are
-- few, users with words alike. At most 50. Each step looks at a bounded number of rows, so that one common letter
-- does not read the whole table.
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
        limit 60
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

-- The indexes call them for whoever writes a profile.
revoke execute on function
  public.search_text(text), public.user_search_text(text, text), public.user_search_vector(text, text)
  from public;
grant execute on function
  public.search_text(text), public.user_search_text(text, text), public.user_search_vector(text, text)
  to anon, authenticated, service_role;
