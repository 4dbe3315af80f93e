-- LavLay's tables. Who may do what with them stands in the next file.

create table public.users (
  id uuid primary key references auth.users (id) on delete cascade,
  username text not null unique check (username ~ '^[a-z0-9_]{3,30}$'),
  full_name text check (char_length(full_name) <= 100),
  avatar_url text check (avatar_url ~ '^https?://' and char_length(avatar_url) <= 2048),
  bio text check (char_length(bio) <= 500),
  -- The sum of the user's points_transactions.
  points integer not null default 0 check (points >= 0),
  created_at timestamptz not null default now()
);

create table public.posts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  content text check (char_length(content) <= 5000),
  media_url text check (media_url ~ '^https?://' and char_length(media_url) <= 2048),
  -- `image` or `video`, or the full type such as `image/png`.
  media_type text check (media_type ~ '^(image|video)(/[a-z0-9.+-]+)?$'),
  likes_count integer not null default 0 check (likes_count >= 0),
  comments_count integer not null default 0 check (comments_count >= 0),
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint posts_not_empty check (btrim(coalesce(content, '')) <> '' or media_url is not null)
);

create table public.follows (
  follower_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  following_id uuid not null references public.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (follower_id, following_id),
  constraint follows_not_oneself check (follower_id <> following_id)
);

create table public.likes (
  user_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  post_id uuid not null references public.posts (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, post_id)
);

create table public.comments (
  id uuid primary key default gen_random_uuid(),
  post_id uuid not null references public.posts (id) on delete cascade,
  user_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  content text not null check (btrim(content) <> '' and char_length(content) <= 2000),
  created_at timestamptz not null default now()
);

-- A ledger: rows are added by the service alone and never changed.
create table public.points_transactions (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  amount integer not null check (amount <> 0),
  reason text not null check (btrim(reason) <> '' and char_length(reason) <= 200),
  created_at timestamptz not null default now()
);

create table public.reels (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  caption text check (char_length(caption) <= 2000),
  media_url text not null check (media_url ~ '^https?://' and char_length(media_url) <= 2048),
  likes_count integer not null default 0 check (likes_count >= 0),
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);

create table public.reel_likes (
  user_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  reel_id uuid not null references public.reels (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, reel_id)
);
