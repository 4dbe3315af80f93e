import pg from "pg";

/** How large the data set is. Follows are about 50 a user, likes 2 and comments half a post, ledger rows one a post. */
export interface DatasetSize {
  readonly users: number;
  readonly posts: number;
}

/** How many accounts the cohorts of users who follow exactly so many others have each. */
export const COHORT = 20;

/** How many others the users of a cohort follow: those of these sizes that fit into the data set. */
export const cohortSizes = ({ users }: DatasetSize) => [50, 500, 5_000].filter((size) => size * 4 <= users);

/** The id of the n-th user, from 0. Low numbers are the popular ones. */
export const userId = (n: number) => `md5('user ${n}')::uuid`;

/**
 * Fills the baseline's tables as a social network's are: few accounts have most of the followers, posts and likes, and
 * there are more posts of late than long ago. The same numbers make the same rows. Triggers and foreign keys are passed by:
 * counts are written as the triggers would have left them.
 * @param superuserUrl of a database with the baseline's tables, empty
 */
export async function buildDataset(
  superuserUrl: string,
  size: DatasetSize,
  report: (line: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query("set session_replication_role = replica; set synchronous_commit = off");
    await client.query("set maintenance_work_mem = '512MB'; set work_mem = '128MB'; select setseed(0.42)");
    for (const [name, statement] of Object.entries(statements(size))) {
      const started = performance.now();
      await client.query(statement);
      report(`${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    }
  } finally {
    await client.end();
  }
}

/** Adds posts, older than all that are there, so that the newest stay the same. */
export async function addOlderPosts(superuserUrl: string, size: DatasetSize, posts: number): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query("set session_replication_role = replica; set synchronous_commit = off");
    await client.query(`
      insert into public.posts (id, user_id, content, created_at)
      select md5('old post ' || n)::uuid, md5('user ' || floor(${size.users} * power(random(), 2.5)))::uuid,
        repeat('so much was said back then ', 3), now() - interval '730 days' - interval '1 second' * n
      from generate_series(1, ${posts}) as n`);
    await client.query("vacuum analyze public.posts");
  } finally {
    await client.end();
  }
}

const firstNames =
  "Chinedu Ngozi Emeka Amaka Olúwaṣeun Adébáyọ̀ Fúnmiláyọ̀ Temitope Ayọ̀délé Yetunde Ibrahim Aisha Musa Zainab Halima Ƙasim Tunde Bólá Ifeoma Obinna Uche Kelechi Nneka Chioma Segun Femi Kemi Wale Sade Dami Tolu Bisi Gbenga Rotimi Folake Ọmọlará Ebere Nkechi Okon Efe".split(
    " ",
  );
const lastNames =
  "Okafor Adeyemi Balogun Nwosu Eze Abubakar Danjuma Ogunleye Ọláwálé Adékúnlé Nwachukwu Okonkwo Ibrahim Bello Yusuf Lawal Obi Onyeka Akinwande Afolabi Ojo Oyelaran Sule Garba Effiong Etim Udoh Ekwueme Achebe Soyinka".split(
    " ",
  );

/** `element of array by number`, in SQL. */
const pick = (names: readonly string[], index: string) =>
  `(array[${names.map((name) => pg.escapeLiteral(name)).join(",")}])[1 + (${index}) % ${names.length}]`;

/** Plain ASCII letters of a name, as sign-up makes them. */
const ascii = (expression: string) =>
  `regexp_replace(lower(normalize(${expression}, nfkd)), '[^a-z]', '', 'g')`;

const statements = ({ users, posts }: DatasetSize): Record<string, string> => ({
  accounts: `
    insert into auth.users (id, email)
    select md5('user ' || n)::uuid, 'user' || n || '@example.com' from generate_series(0, ${users - 1}) as n`,
  users: `
    insert into public.users (id, username, full_name, avatar_url, points, created_at)
    select md5('user ' || n)::uuid, left(${ascii("first || last")}, 22) || '_' || n,
      -- Every tenth has never given a name.
      case when n % 10 <> 0 then first || ' ' || last end,
      'https://media.lavlay.com/avatars/' || n || '.webp', 10 * (n % 7), now() - interval '730 days' * random()
    from generate_series(0, ${users - 1}) as n
    cross join lateral (
      select ${pick(firstNames, "n * 7 + n / 40")} as first, ${pick(lastNames, "n * 11 + n / 30")} as last
    ) as names`,
  "posts to be": `
    create unlogged table made_posts as
    select row_number() over (order by created_at) as n, author, created_at, likes, comments from (
      select
        floor(${users} * power(random(), 2.5))::integer as author,
        now() - interval '1 minute' - interval '730 days' * power(random(), 2) as created_at,
        least(floor(0.7 * power(1 - random(), -0.8)), ${Math.min(users, 5000)})::integer as likes,
        least(floor(0.2 * power(1 - random(), -0.7)), 200)::integer as comments
      from generate_series(1, ${posts})
    ) as posts`,
  posts: `
    insert into public.posts (id, user_id, content, media_url, media_type, likes_count, comments_count, created_at, deleted_at)
    select md5('post ' || n)::uuid, md5('user ' || author)::uuid,
      repeat('What a day in Lagos, number ' || n || '. ', 1 + (n % 5)::integer),
      case when n % 5 < 3 then 'https://media.lavlay.com/posts/' || n || '.webp' end,
      case when n % 5 < 3 then 'image/webp' end,
      likes, comments, created_at, case when n % 50 = 7 then created_at + interval '1 hour' end
    from made_posts order by n`,
  likes: `
    insert into public.likes (user_id, post_id, created_at)
    select md5('user ' || ((n * 7919 + nth * 104729) % ${users}))::uuid, md5('post ' || n)::uuid, created_at
    from made_posts cross join lateral generate_series(1, likes) as nth
    on conflict do nothing`,
  comments: `
    insert into public.comments (post_id, user_id, content, created_at)
    select md5('post ' || n)::uuid, md5('user ' || ((n * 31 + nth * 7) % ${users}))::uuid, 'Well said, number ' || nth, created_at
    from made_posts cross join lateral generate_series(1, comments) as nth`,
  follows: `
    insert into public.follows (follower_id, following_id)
    select distinct md5('user ' || follower)::uuid as follower_id, md5('user ' || followed)::uuid as following_id from (
      select follower, floor(${users} * power(random(), 3))::integer as followed
      from generate_series(${3 * COHORT}, ${users - 1}) as follower, generate_series(1, ${Math.min(50, users >> 2)})
    ) as pairs
    where follower <> followed order by 1`,
  "follows of the cohorts": cohortSizes({ users, posts })
    .map(
      (size, cohort) => `
    insert into public.follows (follower_id, following_id)
    select follower_id, following_id from (
      select md5('user ' || follower)::uuid as follower_id, md5('user ' || followed)::uuid as following_id,
        row_number() over (partition by follower order by pick) as place
      from generate_series(${cohort * COHORT}, ${(cohort + 1) * COHORT - 1}) as follower
      cross join lateral (
        select floor(${users} * power(random(), 3))::integer as followed, min(n) as pick
        from generate_series(1, ${size * 8}) as n where follower >= 0 group by 1
      ) as picks
      where followed <> follower
    ) as ranked where place <= ${size}`,
    )
    .join(";"),
  ledger: `
    insert into public.points_transactions (user_id, amount, reason, created_at)
    select md5('user ' || author)::uuid, 10, 'post', created_at from made_posts order by n`,
  "clean up": "drop table made_posts",
  statistics: "vacuum analyze",
});
