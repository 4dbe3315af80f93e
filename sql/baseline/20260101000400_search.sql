-- What is searched of a user. `coalesce`, because text || null is null: without it a user who has no full name is not
-- found by the username either. `simple`, because names are not to be stemmed as English words.
-- A function, so that the index and the query cannot disagree.
create function public.user_search_vector(full_name text, username text) returns tsvector
language sql immutable parallel safe
return to_tsvector('pg_catalog.simple'::regconfig, coalesce(full_name, '') || ' ' || username);

-- Users whose full name or username has all the words, in the syntax of web search. At most 50.
create function public.search_users(query text, at_most integer default 20) returns setof public.users
language sql stable security invoker set search_path = ''
begin atomic
  select users.* from public.users
  where public.user_search_vector(users.full_name, users.username)
    @@ websearch_to_tsquery('pg_catalog.simple'::regconfig, query)
  order by users.username
  limit least(greatest(at_most, 1), 50);
end;

revoke execute on function public.search_users(text, integer) from public;
grant execute on function public.search_users(text, integer) to anon, authenticated, service_role;
