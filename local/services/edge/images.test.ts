import { AwsClient } from "aws4fetch";
import sharp, { type Sharp, type SharpOptions } from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sizedAddress } from "../../../functions/_shared/image-sizes.ts";
import { firewallRules } from "../../../infra/edge/firewall.ts";
import { serve } from "../../../testing/serve.ts";
import type { Ruleset } from "../../state/model.ts";
import { OriginHealth } from "../load-balancer/health.ts";
import { mediaKey, secretOf, startTestStore } from "../object-store/test-store.ts";
import { createEdge, type Edge } from "./edge.ts";
import { Transformations } from "./image-usage.ts";

/** Cloudflare's image transformations, by real requests to the edge of a real bucket. */

const zoneId = "zone";
const browser = "image/avif,image/webp,image/apng,*/*;q=0.8";
let local: Awaited<ReturnType<typeof startTestStore>>;
let edge: Edge;
let origin: string;
let host: string;
let time: number;
let close: () => Promise<void>;

const drawn = (width: number, height: number, channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width, height, channels, background: { r: 200, g: 80, b: 40, alpha: 0.5 } } });

beforeAll(async () => {
  local = await startTestStore();
  edge = createEdge({
    store: local.store,
    objectStore: local.objectStore,
    health: new OriginHealth(local.store),
    now: () => time,
  });
  const server = await serve(edge);
  // By its address as its name: `fetch` sets the host itself.
  host = "127.0.0.1";
  origin = `http://${host}:${server.port}`;
  const domain = { urn: "urn:d", bucket: mediaKey, domain: host, zoneId, enabled: true, minTls: "1.2" };
  local.store.collection("r2CustomDomains").put(host, domain);
  const ofOthers = { ...domain, domain: "other.test", zoneId: "another zone" };
  local.store.collection("r2CustomDomains").put("other.test", ofOthers);
  close = async () => {
    await server.close();
    await local.close();
  };
  await put("wide.jpg", await drawn(1800, 900).jpeg().toBuffer(), "image/jpeg");
  await put("small.png", await drawn(40, 20, 4).png().toBuffer(), "image/png");
  await put("a.webp", await drawn(300, 300).webp().toBuffer(), "image/webp");
  const frames = [drawn(30, 30), drawn(30, 30).negate()].map((frame) => frame.png().toBuffer());
  await put(
    "moving.gif",
    await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif()
      .toBuffer(),
    "image/gif",
  );
  await put("vector.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "image/svg+xml");
  await put("clip.mp4", Buffer.from("no picture"), "video/mp4");
  await put("broken.png", (await drawn(400, 400).png().toBuffer()).subarray(0, 200), "image/png");
  await put(
    "turned.jpg",
    await drawn(80, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    "image/jpeg",
  );
});
afterAll(() => close());
beforeEach(() => {
  time = Date.parse("2026-01-01T00:00:00Z");
  edge.purge({ everything: true });
  set("image_resizing", "on");
  rules("http_request_cache_settings", []);
  rules("http_request_firewall_custom", []);
});

function set(settingId: string, value: string): void {
  local.store
    .collection("zoneSettings")
    .put(`${zoneId}/${settingId}`, { urn: "urn:s", zoneId, settingId, value });
}
function rules(phase: string, list: unknown[]): void {
  const ruleset = { urn: `urn:${phase}`, id: phase, zoneId, name: phase, kind: "zone", phase, rules: list };
  local.store.collection("rulesets").put(`${zoneId}/${phase}`, ruleset as Ruleset);
}

async function put(key: string, body: Buffer, type: string): Promise<void> {
  const secretAccessKey = secretOf(local.token);
  const aws = new AwsClient({ accessKeyId: local.token.id, secretAccessKey, service: "s3", region: "auto" });
  const response = await aws.fetch(`${local.endpoint}/media/${key}`, {
    method: "PUT",
    body: new Uint8Array(body),
    headers: { "content-type": type, "cache-control": "public, max-age=31536000, immutable" },
  });
  expect(response.status).toBe(200);
}

async function get(path: string, accept = browser, method = "GET") {
  const response = await fetch(path.startsWith("http") ? path : `${origin}/cdn-cgi/image/${path}`, {
    method,
    redirect: "manual",
    headers: { accept },
  });
  const body = Buffer.from(await response.arrayBuffer());
  const { headers, status } = response;
  const isPicture =
    status === 200 && body.length > 0 && /image\/(?!svg)/.test(headers.get("content-type") ?? "");
  const { width, height, format, pages } = isPicture ? await sharp(body, { animated: true }).metadata() : {};
  return {
    status,
    headers,
    body,
    size: `${width}x${height}`,
    pages,
    format: format === "heif" ? "avif" : format,
    cache: headers.get("cf-cache-status"),
  };
}

describe("a picture in another size", () => {
  test("is what the app and process-jobs ask for: no wider, as the browser likes it best", async () => {
    const answer = await get(sizedAddress(origin, "wide.jpg", 480));
    expect(answer).toMatchObject({ status: 200, size: "480x240", format: "avif", cache: "MISS" });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/avif",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "Accept",
      "cf-resized": expect.stringMatching(/^internal=ok/),
      etag: expect.stringMatching(/^"cf[0-9a-f]{16}:[0-9a-f]+"$/),
    });
    expect(answer.body.length).toBeLessThan((await get(`${origin}/wide.jpg`)).body.length);
    expect(await get(sizedAddress(origin, "small.png", 480))).toMatchObject({ size: "40x20" });
  });

  test.each([
    [browser, "format=auto", "small.png", "avif"],
    [browser, "format=auto", "wide.jpg", "webp"],
    ["image/webp,*/*", "format=auto", "wide.jpg", "webp"],
    ["*/*", "format=auto", "wide.jpg", "jpeg"],
    ["*/*", "format=auto", "a.webp", "jpeg"],
    ["*/*", "width=100", "a.webp", "webp"],
    ["*/*", "width=20", "small.png", "png"],
    ["*/*", "f=webp,q=100", "small.png", "webp"],
    ["*/*", "format=jpeg", "small.png", "jpeg"],
    ["*/*", "format=baseline-jpeg", "small.png", "jpeg"],
    // Too large for AVIF, more so if it was not asked for by name.
    [browser, "width=1600,format=auto", "wide.jpg", "webp"],
    [browser, "width=1600,format=avif", "wide.jpg", "avif"],
    [browser, "width=1700,format=avif", "wide.jpg", "webp"],
  ])("to one that accepts %s, %s of %s is %s", async (accept, options, source, format) => {
    expect(await get(`${options}/${source}`, accept)).toMatchObject({ status: 200, format });
  });

  test.each([
    ["width=600", "600x300"],
    ["w=600,h=600", "600x300"],
    ["width=3600", "1800x900"],
    ["width=3600,fit=contain", "3600x1800"],
    ["width=600,height=600,fit=cover", "600x600"],
    ["width=600,height=600,fit=crop", "600x600"],
    ["width=4000,height=4000,fit=crop", "1800x900"],
    ["width=600,height=600,fit=pad", "600x600"],
    ["width=600,height=600,fit=squeeze", "600x600"],
    ["height=90", "180x90"],
    ["quality=50", "1800x900"],
  ])("%s is %s", async (options, size) => {
    expect(await get(`${options}/wide.jpg`)).toMatchObject({ status: 200, size });
  });

  test("is smaller in bytes at a lower quality", async () => {
    const noise = await sharp({
      create: { width: 200, height: 200, channels: 3, noise: { type: "gaussian", mean: 128, sigma: 40 } },
    } as SharpOptions)
      .jpeg({ quality: 95 })
      .toBuffer();
    await put("noise.jpg", noise, "image/jpeg");
    const [low, usual] = [await get("quality=20/noise.jpg"), await get("width=200/noise.jpg")];
    expect(low.body.length).toBeLessThan(usual.body.length / 2);
  });

  test("keeps moving, is turned as its camera says, and is left as it is where it has no size", async () => {
    expect(await get("width=15,format=auto/moving.gif")).toMatchObject({ format: "webp", pages: 2 });
    expect(await get("width=15/moving.gif")).toMatchObject({ format: "gif", pages: 2 });
    expect(await get("width=500/turned.jpg")).toMatchObject({ size: "40x80" });
    expect(await get("width=60,height=60/turned.jpg")).toMatchObject({ size: "30x60" });
    expect((await get("width=15/vector.svg")).body.toString()).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
    );
  });

  test("may be of another address of the same zone", async () => {
    expect(await get(`width=20/${origin}/small.png`)).toMatchObject({ status: 200, size: "20x10" });
    expect(await get(`width=20/https://${host}/small.png?v=1`)).toMatchObject({ status: 200, size: "20x10" });
  });

  test("is asked for its head, and in part", async () => {
    const head = await get("width=20/small.png", browser, "HEAD");
    expect([head.status, head.body.length]).toEqual([200, 0]);
    const part = await fetch(`${origin}/cdn-cgi/image/width=20/small.png`, {
      headers: { range: "bytes=0-7" },
    });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 8]);
  });
});

describe("the cache", () => {
  test("keeps each size and format, for an hour at least, and the source too", async () => {
    await put("kept.png", await drawn(60, 60).png().toBuffer(), "image/png");
    rules("http_request_cache_settings", [
      {
        ref: "short",
        expression: `http.host eq "${host}"`,
        action: "set_cache_settings",
        actionParameters: { cache: true, edgeTtl: { mode: "override_origin", default: 60 } },
      },
    ]);
    expect((await get("width=30,format=auto/kept.png")).cache).toBe("MISS");
    expect((await get("width=30,format=auto/kept.png")).cache).toBe("HIT");
    expect((await get("width=30,format=auto/kept.png", "*/*")).cache).toBe("MISS");
    expect((await get("width=10,format=auto/kept.png")).cache).toBe("MISS");
    expect((await get(`${origin}/kept.png`)).cache).toBe("HIT");
    time += 3_599_000;
    expect((await get("width=30,format=auto/kept.png")).cache).toBe("HIT");
    time += 1000;
    expect((await get("width=30,format=auto/kept.png")).cache).not.toBe("HIT");
  });

  test("makes a picture once for all who ask at once, and throws it away with its source", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => get("width=700,format=auto/wide.jpg")));
    expect(answers.map(({ cache }) => cache).sort()).toEqual(["HIT", "HIT", "HIT", "HIT", "MISS"]);
    await put("wide.jpg", await drawn(1000, 1000).jpeg().toBuffer(), "image/jpeg");
    expect(await get("width=700,format=auto/wide.jpg")).toMatchObject({ size: "700x350", cache: "HIT" });
    expect(edge.purge({ files: [`${origin}/wide.jpg`] })).toBe(2);
    expect(await get("width=700,format=auto/wide.jpg")).toMatchObject({ size: "700x700", cache: "MISS" });
    await put("wide.jpg", await drawn(1800, 900).jpeg().toBuffer(), "image/jpeg");
  });
});

describe("what cannot be made is answered with Cloudflare's number", () => {
  test.each([
    ["/small.png", 9401, 400],
    ["width/small.png", 9401, 400],
    ["width=0/small.png", 9401, 400],
    ["width=-5/small.png", 9401, 400],
    ["width=12001/small.png", 9401, 400],
    ["width=20,/small.png", 9401, 400],
    ["width=20, height=20/small.png", 9401, 400],
    ["quality=101/small.png", 9401, 400],
    ["fit=stretch/small.png", 9401, 400],
    ["format=tiff/small.png", 9401, 400],
    ["blur=5/small.png", 9401, 400],
    ["width=20/", 9406, 400],
    ["width=20", 9406, 400],
    ["width=20/https://other.test/small.png", 9407, 502],
    ["width=20/https://169.254.169.254/latest/meta-data", 9407, 502],
    ["width=20/absent.png", 9404, 404],
    ["width=20/cdn-cgi/image/width=20/small.png", 9404, 404],
    ["width=20/clip.mp4", 9412, 415],
    ["width=20/broken.png", 9523, 415],
  ])("%s: %i", async (path, code, status) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get("cf-resized")]).toEqual([status, `err=${code}`]);
    expect(answer.body.toString()).toMatch(new RegExp(`^ERROR ${code}: `));
  });

  test("a source of too many pixels is not opened", async () => {
    await put("bomb.png", await drawn(10_001, 10_000).png().toBuffer(), "image/png");
    expect((await get("width=20/bomb.png")).headers.get("cf-resized")).toBe("err=9413");
  });

  test("an upload that waits is not shown in another size either", async () => {
    await put("pending/posts/u/1.png", await drawn(20, 20).png().toBuffer(), "image/png");
    const [rule] = firewallRules({ mediaHost: host });
    rules("http_request_firewall_custom", [rule]);
    expect((await get("width=20/pending/posts/u/1.png")).status).toBe(403);
    // By the rule for the host alone it is refused as the source.
    rules("http_request_firewall_custom", [
      { ...rule, expression: 'starts_with(http.request.uri.path, "/pending/")' },
    ]);
    expect((await get("width=20/pending/posts/u/1.png")).headers.get("cf-resized")).toBe("err=9408");
  });

  test("or leads to the source, where that is asked for", async () => {
    const { status, headers } = await get("width=20,onerror=redirect/clip.mp4");
    expect([status, headers.get("location")]).toEqual([302, "/clip.mp4"]);
  });

  test("more than 5,000 different ones in a month: 9423, until the next one", () => {
    const transformations = new Transformations();
    const january = Date.parse("2026-01-31T23:59:59Z");
    for (let number = 0; number < 5000; number++) transformations.take(`w=${number}`, january);
    transformations.take("w=0", january);
    expect(() => transformations.take("w=5000", january)).toThrow(expect.objectContaining({ code: 9423 }));
    transformations.take("w=5000", january + 1000);
  });
});

test("a zone that has them switched off has no such path", async () => {
  set("image_resizing", "off");
  const { status, headers } = await get("width=20/small.png");
  expect([status, headers.get("cf-resized")]).toEqual([404, null]);
});
