import { join } from "node:path";
import pg from "pg";
import type { Browser, BrowserContextOptions, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  accessibilityProblems,
  complaintsOf,
  findChromium,
  launchBrowser,
  noChromium,
} from "../app/testing/browser.ts";
import { checkOut, type Checkout } from "./checkout.ts";
import { drawLandscape } from "./picture.ts";
import { describeUnless } from "./skip.ts";

const MiB = 1024 * 1024;
const WIDTH = 1200;
const picture = drawLandscape(WIDTH, 800, 0.93);
const PASSWORD = "correct horse battery";
const TEXT = "First light over the lagoon 🌅";
const ada = { name: "Ada Okafor", username: "ada_okafor", email: "ada@example.com" };
const tunde = { name: "Tunde Bello", username: "tunde", email: "tunde@example.com" };
const ngozi = { name: "Ngozi Eze", username: "ngozi", email: "ngozi@example.com" };

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };

interface Addresses {
  app: string;
  api: string;
  media: string;
}

/** Nothing is imitated between browser and database here. The tests build on each other: what one posts, the next sees. */
describeUnless(findChromium() ? undefined : noChromium, "the app on the local target", () => {
  let checkout: Checkout;
  let browser: Browser;
  let at: Addresses;

  beforeAll(async () => {
    checkout = checkOut();
    browser = await launchBrowser();
    const { exitCode, stdout, stderr } = await checkout.lavlay(["start", "--detach", "--json"]);
    expect(exitCode, stderr + stdout).toBe(0);
    at = JSON.parse(stdout) as Addresses;
  });
  afterAll(async () => {
    await browser?.close();
    await checkout?.remove();
  });

  /** Opens the app in a browser of its own; in the end nothing may have been complained about but what is expected. */
  async function inBrowser(
    run: (page: Page) => Promise<void>,
    { expected, ...options }: BrowserContextOptions & { expected?: RegExp } = {},
  ): Promise<void> {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    try {
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(at.app);
      await run(page);
      expect(complaints.filter((complaint) => !expected?.test(complaint))).toEqual([]);
    } finally {
      await context.close();
    }
  }

  it("signs up, posts a picture, likes it, and finds all of it after a reload and after signing in again", async () => {
    await inBrowser(
      async (page) => {
        expect(await accessibilityProblems(page)).toEqual([]);
        await signUp(page, ada);
        await page.getByText("No posts yet.").waitFor();

        await page.getByLabel("What’s on your mind?").fill(TEXT);
        await page
          .locator("input[type=file]")
          .setInputFiles({ name: "sunrise.png", mimeType: "image/png", buffer: picture });
        await page.getByRole("img", { name: "Preview of sunrise.png" }).waitFor();
        expect(await accessibilityProblems(page)).toEqual([]);
        const answered = page.waitForResponse((response) => response.url().startsWith(`${at.media}/posts/`));
        await page.getByRole("button", { name: "Post", exact: true }).click();
        await expectPost(page);
        const media = await answered;
        expect(media.headers()).toMatchObject({
          "content-type": "image/png",
          "content-length": String(picture.length),
          "x-content-type-options": "nosniff",
        });

        const like = page.getByRole("button", { name: /^Like/ });
        const saved = page.waitForResponse(
          (response) => response.url().includes("/rest/v1/likes") && response.request().method() === "POST",
        );
        await like.click();
        expect((await saved).status()).toBe(201);
        await expectLikes(page, "1", "true");
        expect(await accessibilityProblems(page)).toEqual([]);

        await page.reload();
        await expectPost(page);
        await expectLikes(page, "1", "true");

        await way(page, "Profile");
        await page.getByRole("button", { name: "Sign out" }).click();
        await signIn(page, ada.email, "not the password");
        await page.getByRole("alert").getByText("E-mail and password do not match.").waitFor();
        await signIn(page, ada.email, PASSWORD);
        await way(page, "Feed");
        await expectPost(page);
        await expectLikes(page, "1", "true");
      },
      { expected: /status of 400/ },
    );
  });

  it("shows the post to another person, who likes it and no longer does", async () => {
    await inBrowser(
      async (page) => {
        await signUp(page, tunde);
        await expectPost(page);
        await expectLikes(page, "1", "false");
        const saved = answered(page, "/rest/v1/likes", "POST");
        await page.getByRole("button", { name: /^Like/ }).click();
        await expectLikes(page, "2", "true");
        expect(await saved).toBe(201);
        await page.reload();
        await expectLikes(page, "2", "true");
        await page.getByRole("button", { name: /^Like/ }).click();
        await expectLikes(page, "1", "false");
        expect(await accessibilityProblems(page)).toEqual([]);
      },
      { viewport: phone, colorScheme: "dark" },
    );
  });

  it("shows another person's like on a page that is open, as Realtime tells of them", async () => {
    await inBrowser(async (watching) => {
      // Without it the page asks each minute: longer than is waited here.
      const listening = subscribed(watching);
      await signIn(watching, ada.email, PASSWORD);
      await expectLikes(watching, "1", "true");
      await listening;
      await inBrowser(async (page) => {
        await signIn(page, tunde.email, PASSWORD);
        await expectPost(page);
        const like = page
          .getByRole("article")
          .filter({ hasText: TEXT })
          .getByRole("button", { name: /^Like/ });
        await like.click();
        await expectLikes(watching, "2", "true");
        await like.click();
        await expectLikes(watching, "1", "true");
      });
    });
  });

  it("tells in words why a file is not taken, and sends none of it", async () => {
    await inBrowser(async (page) => {
      await signUp(page, ngozi);
      const sent: string[] = [];
      page.on("request", (request) => sent.push(request.url()));
      const choose = (name: string, buffer: Buffer) =>
        page.locator("input[type=file]").setInputFiles({ name, mimeType: "image/png", buffer });
      const alert = page.getByRole("alert");

      await choose("huge.png", Buffer.concat([picture, Buffer.alloc(5 * MiB)]));
      await alert.getByText("The file is too large. At most 5 MB are accepted here.").waitFor();
      await choose("disguised.png", Buffer.from("<html><script>alert(1)</script>"));
      await alert.getByText("This kind of file is not accepted.").waitFor();
      await choose("nothing.png", Buffer.alloc(0));
      await alert.getByText("The file is empty.").waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(sent.filter((url) => url.includes("/functions/v1/"))).toEqual([]);
    });
  });

  it("says that an address is taken, and gives a taken username a few characters more", async () => {
    await inBrowser(
      async (page) => {
        await signUp(page, { ...ada, username: "ada_again" });
        await page
          .getByRole("alert")
          .getByText(/already/)
          .waitFor();
        await page.getByLabel("Email").fill("other-ada@example.com");
        await page.getByLabel("Username").fill(ada.username);
        await page.getByRole("button", { name: "Create account", exact: true }).click();
        await page.getByLabel("What’s on your mind?").fill("I am the other one");
        await page.getByRole("button", { name: "Post", exact: true }).click();
        const post = page.getByRole("article").filter({ hasText: "I am the other one" });
        await post.getByText(/@ada_okafor.+ · /).waitFor();
      },
      { expected: /status of 4(00|22)/ },
    );
  });

  it("answers each path with the app, but a missing asset with 404", async () => {
    await inBrowser(
      async (page) => {
        const status = async (path: string) => (await page.goto(at.app + path))?.status();
        expect(await status("/anywhere/else")).toBe(200);
        await page.getByRole("heading", { name: "Sign in" }).waitFor();
        expect(await status("/assets/gone-00000000.js")).toBe(404);
      },
      { expected: /status of 404/ },
    );
  });

  it("crops a picture, tells how far it is sent, and a second try of an upload whose answer was lost stores nothing twice", async () => {
    await inBrowser(
      async (page) => {
        await signIn(page, tunde.email, PASSWORD);
        await page.getByLabel("What’s on your mind?").fill("Only the middle of it");
        await page
          .locator("input[type=file]")
          .setInputFiles({ name: "lagoon.png", mimeType: "image/png", buffer: picture });
        await page.getByRole("button", { name: "Crop" }).click();
        const zoom = page.getByLabel("Zoom");
        await page.getByRole("button", { name: "Use this part" }).and(page.locator(":enabled")).waitFor();
        await zoom.fill("2");
        await page.getByRole("img", { name: /^The part that will be seen/ }).focus();
        await page.keyboard.press("ArrowRight");
        expect(await accessibilityProblems(page)).toEqual([]);
        await page.getByRole("button", { name: "Use this part" }).click();
        await page.getByRole("dialog").waitFor({ state: "detached" });

        let release = () => {};
        const seen = new Promise<void>((resolve) => {
          release = resolve;
        });
        const keys: (string | undefined)[] = [];
        let lost = "";
        await page.route("**/functions/v1/upload-media", async (route: Route) => {
          keys.push(route.request().headers()["idempotency-key"]);
          if (keys.length > 1) return route.continue();
          await seen;
          ({ url: lost } = (await (await route.fetch()).json()) as { url: string });
          await route.abort();
        });
        await page.getByRole("button", { name: "Post", exact: true }).click();
        await page.getByRole("progressbar", { name: "Upload progress" }).waitFor();
        release();
        await page.getByRole("alert").getByText("No connection.").waitFor();
        await page.getByRole("button", { name: "Try again" }).click();

        const shown = page
          .getByRole("article")
          .filter({ hasText: "Only the middle" })
          .locator(".post-media img");
        await shown.waitFor();
        expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
        expect(await shown.getAttribute("src")).toBe(lost);
        // Half of the largest 4:3 frame in 1200 x 800.
        await expect
          .poll(() => shown.evaluate((image: { naturalWidth: number }) => image.naturalWidth))
          .toBe(533);
      },
      { expected: /ERR_FAILED/ },
    );
  });

  it("finds a person by a part of the name, follows, and has the posts in the feed of those followed", async () => {
    await inBrowser(
      async (page) => {
        await signIn(page, tunde.email, PASSWORD);
        await way(page, "Following");
        await page.getByText("Nothing here yet.").waitFor();
        await way(page, "Search");
        await page.getByLabel("Search people").fill("okaf");
        await page.getByRole("link", { name: ada.name }).first().click();
        await page.getByRole("heading", { name: ada.name }).waitFor();
        const saved = answered(page, "/rest/v1/follows", "POST");
        await page.getByRole("button", { name: `Follow ${ada.name}` }).click();
        await page.getByText("1 follower").waitFor();
        await saved;
        await expectPost(page);
        await way(page, "Following");
        await expectPost(page);
        await page.reload();
        await expectPost(page);
      },
      { viewport: phone },
    );
  });

  it("comments, and the author sees it and answers; each can remove one's own alone", async () => {
    await inBrowser(
      async (page) => {
        await signIn(page, tunde.email, PASSWORD);
        const post = page.getByRole("article").filter({ hasText: TEXT });
        await post.getByRole("button", { name: "0 comments" }).click();
        const saved = answered(page, "/rest/v1/comments", "POST");
        await post.getByLabel("Write a comment").fill("Which lagoon is it?");
        await page.keyboard.press("Enter");
        await post.getByRole("button", { name: "1 comments" }).waitFor();
        expect(await saved).toBe(201);
      },
      { viewport: phone },
    );
    await inBrowser(async (page) => {
      await signIn(page, ada.email, PASSWORD);
      const post = page.getByRole("article").filter({ hasText: TEXT });
      await post.getByRole("button", { name: "1 comments" }).click();
      await post.getByText("Which lagoon is it?", { exact: true }).waitFor();
      expect(await post.getByRole("button", { name: /^Remove/ }).count()).toBe(0);
      await post.getByLabel("Write a comment").fill("Wrong words");
      const saved = answered(page, "/rest/v1/comments", "POST");
      await page.keyboard.press("Enter");
      await saved;
      await post.getByRole("button", { name: "2 comments" }).waitFor();
      const removed = answered(page, "/rest/v1/comments", "DELETE");
      await post.getByRole("button", { name: /^Remove/ }).click();
      await removed;
      await page.reload();
      await post.getByRole("button", { name: "1 comments" }).waitFor();
    });
  });

  it("posts a reel, and likes it", async () => {
    await inBrowser(async (page) => {
      await signIn(page, ada.email, PASSWORD);
      await way(page, "Reels");
      await page.getByText("No reels yet.").waitFor();
      await page.locator("input[type=file]").setInputFiles({
        name: "waves.webm",
        mimeType: "video/webm",
        buffer: await recordVideo(page),
      });
      await page.getByLabel("Caption").fill("Waves");
      await page.getByRole("button", { name: "Post", exact: true }).click();
      const reel = page.getByRole("article", { name: `Reel by ${ada.name}` });
      await reel.getByText("Waves").waitFor();
      const saved = answered(page, "/rest/v1/reel_likes", "POST");
      await reel.getByRole("button", { name: /^Like/ }).click();
      expect(await saved).toBe(201);
      await page.reload();
      await expect
        .poll(() => reel.getByRole("button", { name: /^Like/ }).getAttribute("aria-pressed"))
        .toBe("true");
      await expect
        .poll(() => reel.locator("video").evaluate((video: { readyState: number }) => video.readyState))
        .toBeGreaterThan(0);
    });
  });

  it("shows the points, and where they come from", async () => {
    await grantPoints(tunde.username, 120, "Welcome to LavLay");
    await grantPoints(tunde.username, -20, "Gift to Ada");
    await inBrowser(async (page) => {
      await signIn(page, tunde.email, PASSWORD);
      await way(page, "Points");
      await page.getByText("100 points").waitFor();
      const history = page.getByRole("region", { name: "History" }).getByRole("article");
      await history.first().waitFor();
      expect(await history.allInnerTexts()).toEqual([
        expect.stringMatching(/Gift to Ada\s+-20/),
        expect.stringMatching(/Welcome to LavLay\s+\+120/),
      ]);
    });
  });

  it("changes one's own name, words and picture", async () => {
    await inBrowser(async (page) => {
      await signIn(page, tunde.email, PASSWORD);
      await way(page, "Profile");
      await page.getByRole("button", { name: "Edit profile" }).click();
      await page.getByLabel("About you").fill("Boats, mostly.");
      await page.locator("input[type=file]").setInputFiles({
        name: "me.png",
        mimeType: "image/png",
        buffer: drawLandscape(400, 300, 0.1),
      });
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Boats, mostly.").waitFor();
      const face = page.locator("img.avatar-large");
      await face.waitFor();
      expect(new URL((await face.getAttribute("src")) ?? "").pathname).toMatch(/^\/avatars\//);
    });
  });

  it("says that it is offline, goes on showing what was loaded, and takes up again", async () => {
    await inBrowser(
      async (page) => {
        const reels = page.waitForResponse((response) => response.url().includes("/assets/reels-page"));
        await signIn(page, tunde.email, PASSWORD);
        await expectPost(page);
        await reels;
        await page.context().setOffline(true);
        await page.getByText("You are offline.").first().waitFor();
        await page.getByLabel("What’s on your mind?").fill("From the middle of the lagoon");
        await page.getByRole("button", { name: "Post", exact: true }).click();
        await page.getByRole("alert").getByText("Your post could not be saved.").waitFor();
        await way(page, "Points");
        await page.getByText("The points could not be loaded.").waitFor();
        expect(await accessibilityProblems(page)).toEqual([]);
        await way(page, "Feed");
        await expectPost(page);
        await page.context().setOffline(false);
        await page.getByLabel("What’s on your mind?").fill("Back on land");
        await page.locator("input[type=file]").setInputFiles({
          name: "land.png",
          mimeType: "image/png",
          buffer: drawLandscape(WIDTH, 900, 0.06),
        });
        await page.getByRole("button", { name: "Post", exact: true }).click();
        await page.getByRole("article").filter({ hasText: "Back on land" }).waitFor();
      },
      { expected: /ERR_INTERNET_DISCONNECTED/ },
    );
  });

  it.each([
    ["app", { viewport: desktop, colorScheme: "light" }],
    ["app-dark", { viewport: desktop, colorScheme: "dark" }],
    ["app-phone", { viewport: phone, colorScheme: "light" }],
    ["app-phone-dark", { viewport: phone, colorScheme: "dark" }],
  ] as const)(
    "no page has an accessibility violation, nor is it wider than the screen: %s",
    async (name, options) => {
      await inBrowser(async (page) => {
        await signIn(page, ada.email, PASSWORD);
        await expectPost(page);
        const ground = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
        expect(ground).toBe(options.colorScheme === "dark" ? "rgb(20, 18, 26)" : "rgb(247, 245, 250)");
        // Kept for the README: APP_PICTURES=docs.
        const folder = process.env.APP_PICTURES;
        if (folder) {
          const first = page.locator(".post-media img").first();
          await expect
            .poll(() => first.evaluate((image: { complete: boolean }) => image.complete))
            .toBe(true);
          await page.screenshot({ path: join(folder, `${name}.png`) });
        }
        for (const [to, settled] of [
          ["Feed", page.getByRole("article").first()],
          ["Following", page.getByText("Nothing here yet.")],
          ["Reels", page.getByRole("article").first()],
          ["Search", page.getByLabel("Search people")],
          ["Points", page.getByText("No points yet.")],
          ["Profile", page.getByRole("article").first()],
        ] as const) {
          await way(page, to);
          await settled.waitFor();
          expect(await accessibilityProblems(page), to).toEqual([]);
          const tooWide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
          expect(await page.evaluate<number>(tooWide), to).toBe(0);
        }
      }, options);
    },
  );

  /** Points come from the service alone, so the test is the service. */
  async function grantPoints(username: string, amount: number, reason: string): Promise<void> {
    const { stdout } = await checkout.pulumi(["stack", "output", "--json", "--show-secrets"]);
    const client = new pg.Client({
      connectionString: (JSON.parse(stdout) as { databaseUrl: string }).databaseUrl,
    });
    await client.connect();
    try {
      const grant = `insert into public.points_transactions (user_id, amount, reason)
        select id, $2, $3 from public.users where username = $1`;
      expect((await client.query(grant, [username, amount, reason])).rowCount).toBe(1);
    } finally {
      await client.end();
    }
  }

  async function expectPost(page: Page): Promise<void> {
    const post = page.getByRole("article").filter({ hasText: TEXT });
    const shown = post.getByRole("img", { name: `Picture by ${ada.name}` });
    await shown.waitFor();
    await expect
      .poll(() => shown.evaluate((image: { naturalWidth: number }) => image.naturalWidth))
      .toBe(WIDTH);
    expect(new URL((await shown.getAttribute("src")) ?? "").origin).toBe(at.media);
  }
});

async function expectLikes(page: Page, count: string, pressed: "true" | "false"): Promise<void> {
  const like = page.getByRole("article").filter({ hasText: TEXT }).getByRole("button", { name: /^Like/ });
  await expect
    .poll(async () => [(await like.innerText()).match(/\d+/)?.[0], await like.getAttribute("aria-pressed")])
    .toEqual([count, pressed]);
}

/** Resolves once Realtime has said that the page is told of changes. */
function subscribed(page: Page): Promise<void> {
  return new Promise((resolve) => {
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        if (payload.toString().includes("Subscribed to PostgreSQL")) resolve();
      }),
    );
  });
}

/** Goes to a page by its link. */
async function way(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();
}

/** The status of the next answer to such a request. */
async function answered(page: Page, path: string, method: string): Promise<number> {
  const answer = await page.waitForResponse(
    (response) => response.url().includes(path) && response.request().method() === method,
  );
  return answer.status();
}

/** A short WebM video, as a browser records it. */
async function recordVideo(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate<number[]>(`(async () => {
    const canvas = document.createElement("canvas");
    const paint = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
    const recorded = new Promise((resolve) => { recorder.ondataavailable = ({ data }) => resolve(data); });
    recorder.start();
    for (let frame = 0; frame < 20; frame++) {
      paint.fillStyle = "hsl(" + (200 + 4 * frame) + " 60% 50%)";
      paint.fillRect(0, 0, canvas.width, canvas.height);
      await new Promise((next) => requestAnimationFrame(next));
    }
    recorder.stop();
    return [...new Uint8Array(await (await recorded).arrayBuffer())];
  })()`);
  return Buffer.from(bytes);
}

async function signUp(page: Page, person: typeof ada): Promise<void> {
  await page.getByRole("button", { name: "Create an account" }).click();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByLabel("Full name").fill(person.name);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account", exact: true }).click();
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
