import type { Page, Route } from "playwright-core";

/** Addresses that exist only as far as {@link stubApi} answers for them. */
export const stubbed = { api: "http://api.lavlay.test", media: "http://media.lavlay.test" };

interface StubbedPerson {
  username: string;
  full_name: string | null;
  avatar_url: string | null;
}

/** A post as `feed_page` gives it. */
export interface StubbedPost extends StubbedPerson {
  id: string;
  user_id: string;
  content: string | null;
  media_url: string | null;
  media_type: string | null;
  likes_count: number;
  comments_count: number;
  liked_by_me: boolean;
  created_at: string;
  cursor: string;
}

export interface StubbedComment {
  id: string;
  post_id: string;
  content: string;
  created_at: string;
  author: StubbedPerson & { id: string };
}

export const ada = {
  id: "00000000-0000-4000-8000-000000000001",
  username: "ada",
  full_name: "Ada Lovelace",
  avatar_url: null,
  bio: "Notes on engines.",
  points: 40,
};

/** What the stubbed API holds and was asked; tests set and read it. */
export interface StubbedState {
  /** Newest first. */
  posts: StubbedPost[];
  /** Newest first. */
  comments: StubbedComment[];
  /** Answers of the upload function in turn; when there is none left, it accepts. */
  uploadRefusals: { status: number; body: object }[];
  /** The `Idempotency-Key` of each upload. */
  uploadKeys: (string | undefined)[];
  /** `METHOD /path?query` of each request but preflights. */
  requests: string[];
  /** Set to let writes of likes and comments fail. */
  refuseWrites: boolean;
  /** Set to leave uploads without an answer. */
  holdUploads: boolean;
  /** Set to leave reads without an answer. */
  holdReads: boolean;
}

const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*, authorization",
  "access-control-allow-methods": "*",
  // Without them the client does not see an error's code, nor how many rows there are.
  "access-control-expose-headers": "x-supabase-api-version, content-range",
  "x-supabase-api-version": "2024-01-01",
};

/** Answers a page's requests as Supabase and the media host would: enough of them for this app's screens. */
export async function stubApi(page: Page, posts: StubbedPost[]): Promise<StubbedState> {
  const state: StubbedState = {
    posts,
    comments: [],
    uploadRefusals: [],
    uploadKeys: [],
    requests: [],
    refuseWrites: false,
    holdUploads: false,
    holdReads: false,
  };
  await page.route(`${stubbed.media}/**`, (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: picture(route.request().url()) }),
  );
  await page.route(`${stubbed.api}/**`, (route) => answer(route, state));
  await page.routeWebSocket(/\/realtime\/v1\/websocket/, (socket) => socket.close());
  return state;
}

async function answer(route: Route, state: StubbedState): Promise<void> {
  const request = route.request();
  const method = request.method();
  const url = new URL(request.url());
  const query = url.searchParams;
  const json = (body: unknown, status = 200) => route.fulfill({ status, headers: cors, json: body });
  const empty = (status: number) => route.fulfill({ status, headers: cors });
  if (method === "OPTIONS") return empty(204);
  state.requests.push(`${method} ${url.pathname}${url.search}`);

  if (state.holdReads && method === "GET") return;
  switch (`${method} ${url.pathname}`) {
    case "POST /auth/v1/token": {
      const { password } = request.postDataJSON() as { password: string };
      if (password === "wrong password") {
        return json({ code: "invalid_credentials", message: "Invalid login credentials" }, 400);
      }
      return json(session());
    }
    case "POST /auth/v1/signup":
      return json(session());
    case "POST /auth/v1/logout":
      return empty(204);
    case "GET /rest/v1/rpc/feed_page":
      return json(pageOf(state.posts, query));
    case "GET /rest/v1/rpc/following_page":
      return json(pageOf(state.posts.filter(({ user_id }) => user_id !== ada.id).slice(0, 3), query));
    case "GET /rest/v1/rpc/profile_page":
      return json(
        pageOf(
          state.posts.filter(({ user_id }) => user_id === query.get("author")),
          query,
        ),
      );
    case "GET /rest/v1/rpc/search_users":
      return json(people(state).filter(({ username }) => username.includes(query.get("query") ?? "")));
    case "GET /rest/v1/users": {
      const [column = "", wanted = ""] = query.has("id")
        ? ["id", query.get("id")]
        : ["username", query.get("username")];
      const found = people(state).filter(
        (person) => `eq.${(person as unknown as Record<string, string>)[column ?? ""]}` === wanted,
      );
      const one = request.headers().accept?.includes("vnd.pgrst.object");
      return json(one ? found[0] : found);
    }
    case "HEAD /rest/v1/follows":
      return route.fulfill({ status: 200, headers: { ...cors, "content-range": "0-1/2" } });
    case "GET /rest/v1/follows":
      return json([]);
    case "GET /rest/v1/reels":
      return json(reels());
    case "GET /rest/v1/points_transactions":
      return json([
        { id: 2, amount: -10, reason: "Gift to Grace", created_at: new Date().toISOString() },
        { id: 1, amount: 50, reason: "Welcome", created_at: new Date().toISOString() },
      ]);
    case "GET /rest/v1/comments":
      return json(state.comments.filter(({ post_id }) => query.get("post_id") === `eq.${post_id}`));
    case "POST /rest/v1/comments": {
      if (state.refuseWrites) return json({ code: "42501", message: "refused" }, 403);
      const row = request.postDataJSON() as Pick<StubbedComment, "id" | "post_id" | "content">;
      state.comments.unshift({ ...row, created_at: new Date().toISOString(), author: ada });
      return empty(201);
    }
    case "DELETE /rest/v1/comments":
      state.comments = state.comments.filter(({ id }) => query.get("id") !== `eq.${id}`);
      return empty(204);
    case "POST /rest/v1/posts": {
      const row = request.postDataJSON() as Pick<StubbedPost, "id" | "content" | "media_url" | "media_type">;
      const counts = { likes_count: 0, comments_count: 0, liked_by_me: false };
      const { username, full_name, avatar_url } = ada;
      const author = { user_id: ada.id, username, full_name, avatar_url };
      const created_at = new Date().toISOString();
      state.posts.unshift({ ...row, ...counts, ...author, created_at, cursor: row.id });
      return empty(201);
    }
    case "POST /rest/v1/likes":
    case "DELETE /rest/v1/likes":
      if (state.refuseWrites) return json({ code: "42501", message: "refused" }, 403);
      return empty(method === "POST" ? 201 : 204);
    case "POST /rest/v1/follows":
    case "DELETE /rest/v1/follows":
      return empty(method === "POST" ? 201 : 204);
    case "POST /functions/v1/upload-media": {
      state.uploadKeys.push(request.headers()["idempotency-key"]);
      if (state.holdUploads) return;
      const refusal = state.uploadRefusals.shift();
      return refusal
        ? json(refusal.body, refusal.status)
        : json({ url: `${stubbed.media}/posts/${ada.id}/new.png` });
    }
  }
  return json({ message: `not stubbed: ${method} ${url.pathname}` }, 501);
}

/** The page that starts after the cursor: that the cursor is right is for the tests against a real API. */
function pageOf(posts: readonly StubbedPost[], query: URLSearchParams): StubbedPost[] {
  const start = posts.findIndex(({ cursor }) => cursor === query.get("cursor")) + 1;
  return posts.slice(start, start + Number(query.get("page_size")));
}

/** Ada, and whoever posted. */
function people({ posts }: StubbedState) {
  const authors = posts.map(({ user_id, username, full_name, avatar_url }) => ({
    id: user_id,
    username,
    full_name,
    avatar_url,
    bio: null,
  }));
  return [...new Map([ada, ...authors].map((person) => [person.id, person])).values()];
}

function reels() {
  const author: StubbedPerson = { username: "grace", full_name: "Grace Hopper", avatar_url: null };
  return ["Waves", null].map((caption, index) => ({
    id: `20000000-0000-4000-8000-00000000000${index}`,
    caption,
    media_url: `${stubbed.media}/videos/${index}.mp4`,
    likes_count: index,
    created_at: new Date().toISOString(),
    author,
    liked: [],
  }));
}

function session() {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const expires_at = Math.floor(Date.now() / 1000) + 3600;
  return {
    access_token: `${part({ alg: "ES256" })}.${part({ sub: ada.id, exp: expires_at })}.${part({})}`,
    token_type: "bearer",
    expires_in: 3600,
    expires_at,
    refresh_token: "stubbed",
    user: { id: ada.id, aud: "authenticated", email: "ada@example.com", app_metadata: {}, user_metadata: {} },
  };
}

/** A calm landscape whose colours depend on its address. */
function picture(seed: string): string {
  const hue = [...seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600"><rect width="800" height="600" fill="hsl(${hue} 60% 82%)"/>
<circle cx="560" cy="190" r="70" fill="hsl(${hue + 40} 80% 92%)"/><path d="M0 420 250 260 430 400 600 300 800 430V600H0z" fill="hsl(${hue} 35% 52%)"/>
<path d="M0 500 300 410 560 500 800 440V600H0z" fill="hsl(${hue} 40% 36%)"/></svg>`;
}
