import type { Page, Route } from "playwright-core";

/** Addresses that exist only as far as {@link stubApi} answers for them. */
export const stubbed = { api: "http://api.lavlay.test", media: "http://media.lavlay.test" };

export interface StubbedPost {
  id: string;
  content: string | null;
  media_url: string | null;
  media_type: string | null;
  likes_count: number;
  comments_count: number;
  created_at: string;
  author: { username: string; full_name: string | null; avatar_url: string | null };
  likes: { user_id: string }[];
}

export const ada = { id: "00000000-0000-4000-8000-000000000001", username: "ada", full_name: "Ada Lovelace" };

/** What the stubbed API holds and was asked; tests set and read it. */
export interface StubbedState {
  /** Newest first. */
  posts: StubbedPost[];
  /** Answers of the upload function in turn; when there is none left, it accepts. */
  uploadRefusals: { status: number; body: object }[];
  /** `METHOD /path?query` of each request but preflights. */
  requests: string[];
  /** Set to let writes of likes fail. */
  refuseLikes: boolean;
  /** Set to leave uploads without an answer. */
  holdUploads: boolean;
}

const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*, authorization",
  "access-control-allow-methods": "*",
  // Without it supabase-js does not look for an error's code.
  "access-control-expose-headers": "x-supabase-api-version",
  "x-supabase-api-version": "2024-01-01",
};

/** Answers a page's requests as Supabase and the media host would: enough of them for this app's screens. */
export async function stubApi(page: Page, posts: StubbedPost[]): Promise<StubbedState> {
  const state: StubbedState = {
    posts,
    uploadRefusals: [],
    requests: [],
    refuseLikes: false,
    holdUploads: false,
  };
  await page.route(`${stubbed.media}/**`, (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: picture(route.request().url()) }),
  );
  await page.route(`${stubbed.api}/**`, (route) => answer(route, state));
  return state;
}

async function answer(route: Route, state: StubbedState): Promise<void> {
  const request = route.request();
  const method = request.method();
  const url = new URL(request.url());
  const json = (body: unknown, status = 200) => route.fulfill({ status, headers: cors, json: body });
  const empty = (status: number) => route.fulfill({ status, headers: cors });
  if (method === "OPTIONS") return empty(204);
  state.requests.push(`${method} ${url.pathname}${url.search}`);

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
    case "GET /rest/v1/posts":
      return json(pageOf(state.posts, url.searchParams));
    case "POST /rest/v1/posts": {
      const row = request.postDataJSON() as Pick<StubbedPost, "content" | "media_url" | "media_type">;
      const id = crypto.randomUUID();
      const counts = { likes_count: 0, comments_count: 0, likes: [] };
      const author = { username: ada.username, full_name: ada.full_name, avatar_url: null };
      state.posts.unshift({ ...row, ...counts, id, author, created_at: new Date().toISOString() });
      return empty(201);
    }
    case "POST /rest/v1/likes":
    case "DELETE /rest/v1/likes":
      if (state.refuseLikes) return json({ code: "42501", message: "refused" }, 403);
      return empty(method === "POST" ? 201 : 204);
    case "POST /functions/v1/upload-media": {
      if (state.holdUploads) return;
      const refusal = state.uploadRefusals.shift();
      return refusal
        ? json(refusal.body, refusal.status)
        : json({ url: `${stubbed.media}/posts/${ada.id}/new.png` });
    }
  }
  return json({ message: `not stubbed: ${method} ${url.pathname}` }, 501);
}

/** The page that starts after the cursor's id: that the cursor is right is for the tests against a real API. */
function pageOf(posts: readonly StubbedPost[], query: URLSearchParams): StubbedPost[] {
  const after = /id\.lt\."([^"]+)"/.exec(query.get("or") ?? "")?.[1];
  const start = after ? posts.findIndex(({ id }) => id === after) + 1 : 0;
  return posts.slice(start, start + Number(query.get("limit")));
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
