import { generateKeyPair, importJWK, SignJWT, type CryptoKey } from "jose";
import { must, type Journey, type Step } from "./journey.ts";
import { onePixel, pictureOf } from "./pictures.ts";

interface Upload {
  token?: string;
  file?: Buffer;
  type?: string;
  name?: string;
  bucket?: string;
  origin?: string;
}

/** Asks the function as the app does. */
async function upload({ target, found }: Journey, options: Upload = {}) {
  const form = new FormData();
  const file = new Uint8Array(options.file ?? onePixel);
  form.append("bucket", options.bucket ?? "posts");
  form.append("file", new File([file], options.name ?? "picture.png", { type: options.type ?? "image/png" }));
  const response = await fetch(`${target.api}/functions/v1/upload-media`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${options.token ?? found.adaToken}`,
      origin: options.origin ?? target.app,
    },
    body: form,
  });
  return { status: response.status, body: (await response.json()) as { url?: string; code?: string } };
}

/** A step in which an upload is refused. */
function refused(
  name: string,
  status: number,
  options: (journey: Journey) => Upload | Promise<Upload>,
): Step {
  return {
    name,
    run: async (journey) => {
      const answer = await upload(journey, await options(journey));
      must(answer.status === status, `answered ${answer.status} ${JSON.stringify(answer.body)}`);
      must(!answer.body.url, "refused, but with an address");
      return `${answer.status} ${answer.body.code}`;
    },
  };
}

/** A token of Ada's that differs from a good one in one thing. */
async function forged(
  { target, found }: Journey,
  change: { expired?: boolean; foreignKey?: boolean },
): Promise<string> {
  const { signing } = target.keys;
  const key = change.foreignKey
    ? (await generateKeyPair("ES256")).privateKey
    : ((await importJWK(signing.privateJwk, "ES256")) as CryptoKey);
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ role: "authenticated" })
    .setProtectedHeader({ alg: "ES256", kid: signing.kid, typ: "JWT" })
    .setSubject(found.adaId ?? "")
    .setIssuer(`${target.api}/auth/v1`)
    .setAudience("authenticated")
    .setIssuedAt(now - 7200)
    .setExpirationTime(change.expired ? now - 3600 : now + 3600)
    .sign(key);
}

/** The function `upload-media`, over HTTP. */
export const uploads: Step[] = [
  {
    name: "upload a picture",
    run: async (journey) => {
      const { status, body } = await upload(journey);
      must(status === 200 && body.url, `answered ${status} ${JSON.stringify(body)}`);
      const { media } = journey.target;
      must(
        body.url.startsWith(`${media}/posts/${journey.found.adaId}/`) && body.url.endsWith(".png"),
        body.url,
      );
      journey.found.mediaUrl = body.url;
      return new URL(body.url).pathname.split("/").at(-1) ?? "";
    },
  },
  refused("disguised HTML refused", 415, () => ({
    file: Buffer.from("<!doctype html><script>alert(1)</script>"),
  })),
  refused("disguised SVG refused", 415, () => ({
    file: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
    type: "image/jpeg",
    name: "cat.jpg",
  })),
  refused("oversized file refused", 413, () => ({ file: pictureOf(5 * 1024 * 1024 + 1) })),
  refused("unknown bucket refused", 400, () => ({ bucket: "../avatars" })),
  refused("expired token refused", 401, async (journey) => ({
    token: await forged(journey, { expired: true }),
  })),
  refused("foreign token refused", 401, async (journey) => ({
    token: await forged(journey, { foreignKey: true }),
  })),
  refused("foreign origin refused", 403, () => ({ origin: "https://evil.example" })),
  {
    name: "foreign origin gets no preflight",
    run: async ({ target }) => {
      const preflight = (origin: string) =>
        fetch(`${target.api}/functions/v1/upload-media`, {
          method: "OPTIONS",
          headers: { origin, "access-control-request-method": "POST" },
        });
      const own = await preflight(target.app);
      must(
        own.headers.get("access-control-allow-origin") === target.app,
        `the app's own origin: ${own.status}`,
      );
      const foreign = await preflight("https://evil.example");
      must(!foreign.headers.has("access-control-allow-origin"), "a foreign origin is allowed");
      return `app ${own.status}, foreign ${foreign.status}`;
    },
  },
];
