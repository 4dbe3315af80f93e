import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  accessibilityProblems,
  complaintsOf,
  findChromium,
  launchBrowser,
  noChromium,
} from "../app/testing/browser.ts";
import { checkOut, type Checkout } from "./checkout.ts";
import { drawPng } from "./picture.ts";
import { describeUnless } from "./skip.ts";

const MiB = 1024 * 1024;
const WIDTH = 1200;
const picture = drawPng(WIDTH, 800, (x, y) => [43 + 212 * y, 45 + 136 * y * y, 110 + 60 * x]);
const PASSWORD = "correct horse battery";
const TEXT = "First light over the lagoon 🌅";
const ada = { name: "Ada Okafor", username: "ada_okafor", email: "ada@example.com" };
const tunde = { name: "Tunde Bello", username: "tunde", email: "tunde@example.com" };
const ngozi = { name: "Ngozi Eze", username: "ngozi", email: "ngozi@example.com" };

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

        await page.getByRole("button", { name: "Sign out" }).click();
        await signIn(page, ada.email, "not the password");
        await page.getByRole("alert").getByText("E-mail and password do not match.").waitFor();
        await signIn(page, ada.email, PASSWORD);
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
        await page.getByRole("button", { name: /^Like/ }).click();
        await expectLikes(page, "2", "true");
        await page.reload();
        await expectLikes(page, "2", "true");
        await page.getByRole("button", { name: /^Like/ }).click();
        await expectLikes(page, "1", "false");
        expect(await accessibilityProblems(page)).toEqual([]);
      },
      { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
    );
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

  async function expectPost(page: Page): Promise<void> {
    const post = page.getByRole("article").filter({ hasText: TEXT });
    const shown = post.getByRole("img", { name: `Picture by ${ada.name}` });
    await shown.waitFor();
    await expect
      .poll(() => shown.evaluate((image: { naturalWidth: number }) => image.naturalWidth), {
        timeout: 10_000,
      })
      .toBe(WIDTH);
    expect(new URL((await shown.getAttribute("src")) ?? "").origin).toBe(at.media);
  }
});

async function expectLikes(page: Page, count: string, pressed: "true" | "false"): Promise<void> {
  const like = page.getByRole("article").filter({ hasText: TEXT }).getByRole("button", { name: /^Like/ });
  await expect
    .poll(async () => [(await like.innerText()).match(/\d+/)?.[0], await like.getAttribute("aria-pressed")], {
      timeout: 10_000,
    })
    .toEqual([count, pressed]);
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
