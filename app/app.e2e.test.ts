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
import { ada, stubApi, stubbed, type StubbedPost, type StubbedState } from "./testing/stub-api.ts";

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
    // What a script imports at its head comes with it; what it imports by call comes later.
    for (const name of needed) {
      const code = await readFile(join(directory, name), "utf8");
      const imports = [...code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(
        ([, file = ""]) => `assets/${file}`,
      );
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
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      expect(scrollWidth).toBe(clientWidth);
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
      expect(api.requests.at(-1)).toContain(`likes.user_id=eq.${ada.id}`);
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
        .evaluateAll((all) => all.map((each) => each.getAttribute("aria-labelledby")));
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
      api.refuseLikes = true;
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

      await page.getByRole("button", { name: "Post", exact: true }).click();
      await page.getByRole("article").getByText("A walk by the sea").waitFor();
      await page.getByRole("img", { name: "Picture by Ada Lovelace" }).waitFor();
      await page.getByText("Posted.").waitFor();
      expect(api.posts[0]).toMatchObject({ content: "A walk by the sea", media_type: "image/png" });
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

/** No violation that axe knows. With APP_SCREENSHOTS set, also leaves a picture of the screen in that folder. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  const folder = process.env.APP_SCREENSHOTS;
  if (folder) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, "-")}.png`) });
  }
  expect(await accessibilityProblems(page), name).toEqual([]);
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
    comments_count: index,
    created_at: new Date(Date.now() - (index * index * 7 + 2) * 60_000).toISOString(),
    author: authors[index % authors.length]!,
    likes: [],
  }));
}
