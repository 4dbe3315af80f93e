-- By name, so that scheduling again changes the one job there is.
select cron.schedule('refresh-feed', '*/5 * * * *', 'select public.refresh_feed_posts()');
