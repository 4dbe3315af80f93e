import { mkdir, readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtApp } from "../infra/web/build-app.ts";
import { describeUnless } from "../testing/skip.ts";
import {
  accessibilityProblems,
  complaintsOf,
  findChromium,
  launchBrowser,
  noChromium,
} from "./testing/browser.ts";
import { serveApp } from "./testing/serve-app.ts";
import { stubApi, stubbed, type StubbedPost, type StubbedState } from "./testing/stub-api.ts";

const root = resolve(import.meta.dirname, "..");
const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };
const BUDGET_BYTES = 150_000;

/** A PNG's first bytes: as far as anybody looks. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let directory: string;
beforeAll(async () => {
  const output = await builtApp({
    VITE_SUPABASE_URL: stubbed.api,
    VITE_SUPABASE_ANON_KEY: "sb_publishable_stub",
    VITE_MEDIA_URL: stubbed.media,
  });
  directory = join(root, output);
});

describe("the built app", () => {
  test("the first page needs less than 150 kB of script, gzipped", async () => {
    const page = await readFile(join(directory, "index.html"), "utf8");
    const needed = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name = ""]) => name);
    const [start = ""] = needed;
    // What a script imports at its head comes with it; what it imports by call comes later, but for the first script.
    for (const name of needed) {
      const code = await readFile(join(directory, name), "utf8");
      const imported =
        name === start ? /["'`]\.\/([\w-]+\.js)["'`]/g : /(?:from|import)\s*"\.\/([^"]+\.js)"/g;
      const imports = [...code.matchAll(imported)].map(([, file = ""]) => `assets/${file}`);
      needed.push(...imports.filter((file) => !needed.includes(file)));
    }
    const sizes = await Promise.all(
      needed.map(async (name) => gzipSync(await readFile(join(directory, name))).length),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.info(`app: ${(total / 1000).toFixed(1)} kB of script, gzipped`);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(BUDGET_BYTES);
  });
});

describeUnless(findChromium() ? undefined : noChromium, "the app in a browser", () => {
  let browser: Browser;
  let app: { server: Server; url: string };
  beforeAll(async () => {
    [browser, app] = await Promise.all([launchBrowser(), serveApp(directory)]);
  });
  afterAll(async () => {
    await browser?.close();
    app?.server.close();
  });

  /** Opens the app in a browser of its own, runs the test, and then expects that nothing was complained about in the console. */
  async function inPage(
    options: BrowserContextOptions & { posts?: StubbedPost[]; expectedErrors?: RegExp },
    run: (page: Page, api: StubbedState) => Promise<void>,
  ): Promise<void> {
    const { posts = [], expectedErrors, ...contextOptions } = options;
    const context = await browser.newContext({ viewport: phone, reducedMotion: "reduce", ...contextOptions });
    try {
      const page = await context.newPage();
      const errors = complaintsOf(page);
      const api = await stubApi(page, posts);
      await page.goto(app.url);
      await run(page, api);
      expect(errors.filter((error) => !expectedErrors?.test(error))).toEqual([]);
    } finally {
      await context.close();
    }
  }

  test.each([
    ["phone, light", { viewport: phone, colorScheme: "light" }],
    ["phone, dark", { viewport: phone, colorScheme: "dark" }],
    ["desktop, light", { viewport: desktop, colorScheme: "light" }],
    ["desktop, dark", { viewport: desktop, colorScheme: "dark" }],
  ] as const)("every screen is accessible: %s", async (name, options) => {
    await inPage({ ...options, posts: somePosts(12) }, async (page) => {
      await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
      await expectAccessible(page, `${name} sign in`);
      await page.getByRole("button", { name: "Create an account" }).click();
      await expectAccessible(page, `${name} sign up`);
      await page.getByRole("button", { name: "Sign in instead" }).click();
      await signIn(page);
      await page.getByRole("article").first().waitFor();
      await expectAccessible(page, `${name} feed`);
      await page.getByLabel("What’s on your mind?").fill("Good evening, everyone.");
      await chooseFile(page, { name: "evening.png", mimeType: "image/png", buffer: png });
      await page.getByRole("img", { name: "Preview of evening.png" }).waitFor();
      await expectAccessible(page, `${name} composer`);
      await page.getByRole("button", { name: "Crop" }).click();
      await page.getByRole("button", { name: "Use this part" }).and(page.locator(":enabled")).waitFor();
      await expectAccessible(page, `${name} crop`);
      await page.getByRole("button", { name: "Cancel" }).click();
      await page
        .getByRole("article")
        .first()
        .getByRole("button", { name: /comments/ })
        .click();
      await page.getByLabel("Write a comment").waitFor();
      await expectAccessible(page, `${name} comments`);
      const ways = page.getByRole("navigation", { name: "Pages" });
      for (const [way, settled] of [
        ["Following", page.getByRole("article").first()],
        ["Reels", page.getByRole("article", { name: "Reel by Grace Hopper" }).first()],
        ["Search", page.getByLabel("Search people")],
        ["Points", page.getByText("Gift to Grace")],
        ["Profile", page.getByText("Notes on engines.")],
      ] as const) {
        await ways.getByRole("link", { name: way }).click();
        await settled.waitFor();
        await expectAccessible(page, `${name} ${way.toLowerCase()}`);
      }
      await page.getByRole("button", { name: "Edit profile" }).click();
      await expectAccessible(page, `${name} edit profile`);
      await page.goto(new URL("/nowhere", app.url).href);
      await page.getByText("There is no such page.").waitFor();
      await expectAccessible(page, `${name} not found`);
    });
  });

  test("every control can be reached and used by keyboard", async () => {
    await inPage({ posts: somePosts(2), viewport: desktop }, async (page, api) => {
      await signIn(page);
      await page.getByRole("article").first().waitFor();
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
      await page.keyboard.press("Enter");
      const like = page.getByRole("button", { name: /^Like/ }).first();
      await expect
        .poll(async () => {
          await page.keyboard.press("Tab");
          return like.evaluate((button) => button === document.activeElement);
        })
        .toBe(true);
      await page.keyboard.press("Space");
      await expect.poll(() => like.getAttribute("aria-pressed")).toBe("true");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByLabel("Write a comment").focus();
      await page.keyboard.type("By keyboard");
      await page.keyboard.press("Enter");
      await page.getByText("By keyboard", { exact: true }).waitFor();
      await expect.poll(() => api.comments.length).toBe(1);
      // A page that comes by a link takes the focus to its heading.
      await page.getByRole("link", { name: "Search" }).focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => page.title()).toBe("Search · LavLay");
      const heading = page.getByRole("heading", { name: "Search" });
      await expect.poll(() => heading.evaluate((each) => each === document.activeElement)).toBe(true);
    });
  });

  test("shows a comment at once, gives its words back when it cannot be saved, and removes one's own", async () => {
    await inPage({ posts: somePosts(1), expectedErrors: /status of 403/ }, async (page, api) => {
      await signIn(page);
      const post = page.getByRole("article").first();
      await post.getByRole("button", { name: "0 comments" }).click();
      const field = post.getByLabel("Write a comment");
      await field.fill("Lovely");
      await field.press("Enter");
      await post.getByRole("listitem").getByText("Lovely", { exact: true }).waitFor();
      await post.getByRole("button", { name: "1 comments" }).waitFor();
      await expect.poll(() => api.comments.map(({ content }) => content)).toEqual(["Lovely"]);

      api.refuseWrites = true;
      await field.fill("Never to be seen");
      await field.press("Enter");
      await post.getByText("Your comment could not be saved.").waitFor();
      expect(await field.inputValue()).toBe("Never to be seen");
      expect(await post.getByRole("listitem").count()).toBe(1);

      await post.getByRole("button", { name: /^Remove/ }).click();
      await post.getByRole("button", { name: "0 comments" }).waitFor();
      await expect.poll(() => api.comments).toEqual([]);
    });
  });

  test("says that it is offline, and goes on showing what was loaded", async () => {
    await inPage({ posts: somePosts(3), expectedErrors: /ERR_INTERNET_DISCONNECTED/ }, async (page) => {
      // The other pages' code comes by itself.
      const points = page.waitForResponse((response) => /points-page/.test(response.url()));
      await signIn(page);
      await page.getByRole("article").first().waitFor();
      await points;
      await page.context().setOffline(true);
      await page.getByText("You are offline.").first().waitFor();
      await page.getByRole("link", { name: "Points" }).click();
      await page.getByText("The points could not be loaded.").waitFor();
      await expectAccessible(page, "phone, light offline");
      await page.getByRole("link", { name: "Feed", exact: true }).click();
      expect(await page.getByRole("article").count()).toBe(3);
      await page.context().setOffline(false);
      await expect.poll(() => page.getByText("You are offline.").count()).toBe(0);
    });
  });

  test("the next visit shows at once what was fetched, and nothing of it is left after signing out", async () => {
    await inPage({ posts: somePosts(3) }, async (page, api) => {
      const kept = () => page.evaluate(() => localStorage.getItem("lavlay-queries") ?? "");
      await signIn(page);
      await page.getByRole("article").first().waitFor();
      await expect.poll(kept).toContain("First light");
      // The API is slow to answer this time.
      api.holdReads = true;
      await page.reload();
      await page.getByRole("article").first().waitFor();
      api.holdReads = false;
      await page.reload();
      await page.getByRole("article").first().waitFor();
      await page.getByRole("link", { name: "Profile" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await expect.poll(kept).not.toContain("First light");
    });
  });

  test("a visit again asks for the feed and its first picture, once, before the app's code is there", async () => {
    await inPage({ posts: somePosts(3) }, async (page, api) => {
      await signIn(page);
      await page.getByRole("article").first().waitFor();
      const ahead = [/feed_page/, `${stubbed.media}/posts/0.png`].map((url) => page.waitForRequest(url));
      await page.route(/assets\/react-/, async (route) => {
        await Promise.all(ahead);
        await route.continue();
      });
      api.requests.length = 0;
      await page.reload();
      await page.getByRole("article").first().waitFor();
      // Asked for when all the rest is there.
      await expect.poll(() => api.requests.join()).toContain("/rest/v1/users");
      const ofFeed = api.requests.filter((request) => request.includes("feed_page"));
      expect(ofFeed).toEqual(["GET /rest/v1/rpc/feed_page?page_size=10"]);
    });
  });

  test("a session that has run out is renewed before anything is asked for", async () => {
    await inPage({ posts: somePosts(1) }, async (page, api) => {
      await signIn(page);
      await page.getByRole("article").waitFor();
      await page.waitForLoadState("networkidle");
      await page.evaluate(() => {
        const key = Object.keys(localStorage).find((each) => each.endsWith("-auth-token"))!;
        const session = JSON.parse(localStorage.getItem(key)!) as object;
        localStorage.setItem(key, JSON.stringify({ ...session, expires_at: 1 }));
      });
      api.requests.length = 0;
      await page.reload();
      await expect.poll(() => api.requests.join()).toContain("feed_page");
      expect(api.requests[0]).toBe("POST /auth/v1/token?grant_type=refresh_token");
      await page.getByRole("article").waitFor();
    });
  });

  test("signs up with a name and a username, and shows an empty feed", async () => {
    await inPage({}, async (page, api) => {
      await page.getByRole("button", { name: "Create an account" }).click();
      await page.getByLabel("Full name").fill("Ada Lovelace");
      await page.getByLabel("Username").fill("ada");
      await page.getByLabel("Email").fill("ada@example.com");
      await page.getByLabel("Password").fill("correct horse");
      const sent = page.waitForRequest((request) => request.url().includes("/auth/v1/signup"));
      await page.getByRole("button", { name: "Create account", exact: true }).click();
      expect((await sent).postDataJSON()).toMatchObject({
        email: "ada@example.com",
        data: { username: "ada", full_name: "Ada Lovelace" },
      });
      await page.getByText("No posts yet.").waitFor();
      expect(api.requests).toContain("GET /rest/v1/rpc/feed_page?page_size=10");
    });
  });

  test("says in words why signing in failed", async () => {
    await inPage({ expectedErrors: /status of 400/ }, async (page) => {
      await signIn(page, "wrong password");
      await page.getByRole("alert").getByText("E-mail and password do not match.").waitFor();
    });
  });

  test("loads older posts as one scrolls, each once", async () => {
    await inPage({ posts: somePosts(25) }, async (page) => {
      await signIn(page);
      await page.getByRole("article").first().waitFor();
      await expect
        .poll(async () => {
          await page.mouse.wheel(0, 4000);
          return page.getByRole("article").count();
        })
        .toBe(25);
      await page.getByText("You have seen it all.").waitFor();
      const ids = await page
        .getByRole("article")
        .evaluateAll((all) => all.map((each) => each.getAttribute("data-post")));
      expect(new Set(ids).size).toBe(25);
    });
  });

  test("shows a like at once and takes it back when it cannot be saved", async () => {
    await inPage({ posts: somePosts(1), expectedErrors: /status of 403/ }, async (page, api) => {
      await signIn(page);
      const like = page.getByRole("button", { name: /^Like/ });
      await like.click();
      await expect.poll(() => like.getAttribute("aria-pressed")).toBe("true");
      await expect.poll(() => like.innerText()).toMatch(/4$/);
      await expect.poll(() => api.requests).toContain("POST /rest/v1/likes");
      api.refuseWrites = true;
      await like.click();
      await page.getByText("Your like could not be saved.").waitFor();
      expect(await like.getAttribute("aria-pressed")).toBe("true");
      expect(await like.innerText()).toMatch(/4$/);
    });
  });

  test("posts text with a picture, after a refusal that is told in words", async () => {
    await inPage({ expectedErrors: /status of 413/ }, async (page, api) => {
      await signIn(page);
      await page.getByText("No posts yet.").waitFor();
      await chooseFile(page, { name: "a.png", mimeType: "image/png", buffer: Buffer.from("not a picture") });
      await page.getByRole("alert").getByText("This kind of file is not accepted.").waitFor();

      await page.getByLabel("What’s on your mind?").fill("A walk by the sea");
      await chooseFile(page, { name: "sea.png", mimeType: "image/png", buffer: png });
      await page.getByRole("img", { name: "Preview of sea.png" }).waitFor();
      api.uploadRefusals.push({ status: 413, body: { error: "The file is too large." } });
      await page.getByRole("button", { name: "Post", exact: true }).click();
      await page.getByRole("alert").getByText("The file is too large.").waitFor();
      expect(await page.getByLabel("What’s on your mind?").inputValue()).toBe("A walk by the sea");

      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("article").getByText("A walk by the sea").waitFor();
      await page.getByRole("img", { name: "Picture by Ada Lovelace" }).waitFor();
      await page.getByText("Posted.").waitFor();
      expect(api.posts[0]).toMatchObject({ content: "A walk by the sea", media_type: "image/png" });
      // Both tries are one upload.
      expect(api.uploadKeys).toHaveLength(2);
      expect(api.uploadKeys[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(api.uploadKeys[1]).toBe(api.uploadKeys[0]);
    });
  });

  test("an upload can be cancelled, and nothing entered is lost", async () => {
    await inPage({}, async (page, api) => {
      await signIn(page);
      api.holdUploads = true;
      await page.getByLabel("What’s on your mind?").fill("Never mind");
      await chooseFile(page, { name: "sea.png", mimeType: "image/png", buffer: png });
      await page.getByRole("button", { name: "Post", exact: true }).click();
      await page.getByRole("progressbar", { name: "Upload progress" }).waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Post", exact: true }).waitFor();
      expect(await page.getByLabel("What’s on your mind?").inputValue()).toBe("Never mind");
      expect(await page.getByRole("alert").filter({ hasText: /./ }).count()).toBe(0);
      expect(api.posts).toEqual([]);
    });
  });

  test("stays signed in over a reload, and signs out", async () => {
    await inPage({ posts: somePosts(1) }, async (page) => {
      await signIn(page);
      await page.getByRole("article").waitFor();
      await page.reload();
      await page.getByRole("article").waitFor();
      await page.getByRole("link", { name: "Profile" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
    });
  });
});

async function signIn(page: Page, password = "correct horse"): Promise<void> {
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function chooseFile(
  page: Page,
  file: { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(file);
}

/** No violation that axe knows, and nothing that is wider than the screen. With APP_SCREENSHOTS set, also leaves a picture of the screen in that folder. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  const folder = process.env.APP_SCREENSHOTS;
  if (folder) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, "-")}.png`) });
  }
  expect(await accessibilityProblems(page), name).toEqual([]);
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  expect(scrollWidth, name).toBe(clientWidth);
}

function somePosts(count: number): StubbedPost[] {
  const authors = [
    { username: "grace", full_name: "Grace Hopper", avatar_url: null },
    { username: "alan", full_name: "Alan Turing", avatar_url: `${stubbed.media}/avatars/alan.png` },
    { username: "katherine_j", full_name: null, avatar_url: null },
  ];
  const texts = [
    "First light over the hills. Worth every early minute.",
    "A recipe worth keeping: lemon, thyme, patience.",
    null,
  ];
  return Array.from({ length: count }, (_, index) => ({
    id: `10000000-0000-4000-8000-${String(count - index).padStart(12, "0")}`,
    content: texts[index % texts.length]!,
    media_url: index % 3 === 1 ? null : `${stubbed.media}/posts/${index}.png`,
    media_type: index % 3 === 1 ? null : "image/png",
    likes_count: 3,
    liked_by_me: false,
    comments_count: index,
    created_at: new Date(Date.now() - (index * index * 7 + 2) * 60_000).toISOString(),
    user_id: `30000000-0000-4000-8000-00000000000${index % authors.length}`,
    cursor: `after ${index}`,
    ...authors[index % authors.length]!,
  }));
}
