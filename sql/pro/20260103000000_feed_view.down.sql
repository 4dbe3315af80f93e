-- The feed from the tables alone, as the baseline has it. The view holds nothing that is not in them.
create or replace function public.feed_page(cursor text default null, page_size integer default 20)
returns setof private.feed_posts
language plpgsql stable set search_path = ''
as $$
declare
  place record := private.place_of(cursor);
begin
  return query select * from private.posts_after(place.at, place.id, private.bounded(page_size));
end
$$;
drop function public.feed_view_age();
drop function public.refresh_feed_posts();
drop table private.feed_window;
drop materialized view private.feed_posts_mv;
