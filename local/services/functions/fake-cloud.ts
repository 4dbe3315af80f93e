import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { AwsV4Signer } from "aws4fetch";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** For the tests: what the upload function talks to, as small as it can be. */

export async function listen(handler: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A project's auth server: its published keys, and tokens by them. */
export async function startProject() {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "ES256", use: "sig" };
  const state = { jwksStatus: 200 };
  const { server, url } = await listen((request, response) => {
    const known = request.url === "/auth/v1/.well-known/jwks.json";
    response.writeHead(known ? state.jwksStatus : 404, { "content-type": "application/json" });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  const user = "6f1c0e0a-3f57-4d0e-9a35-0d2f6c1b7a11";
  /** A user's token, with claims replaced or (given as undefined) left out. */
  const claims = (changes: JWTPayload = {}): JWTPayload => {
    const now = Math.floor(Date.now() / 1000);
    const base = {
      iss: `${url}/auth/v1`,
      aud: "authenticated",
      role: "authenticated",
      sub: user,
      iat: now,
      exp: now + 3600,
    };
    return { ...base, ...changes };
  };
  const sign = (changes?: JWTPayload, key: CryptoKey = privateKey, kid = "key-1") =>
    new SignJWT(claims(changes)).setProtectedHeader({ alg: "ES256", kid, typ: "JWT" }).sign(key);
  return { server, url, user, jwk, publicKey, claims, sign, state };
}

export interface StoredObject {
  body: Buffer;
  headers: IncomingMessage["headers"];
}

/** R2's S3 API: takes objects whose request is rightly signed, and fails as often as told. */
export async function startR2(accessKeyId: string, secretAccessKey: string) {
  const objects = new Map<string, StoredObject>();
  const state = { failures: 0 };
  const { server, url } = await listen(async (request, response) => {
    const body = await buffer(request);
    const refuse = (status: number, code: string) =>
      response.writeHead(status).end(`<Error><Code>${code}</Code><Message>secret detail</Message></Error>`);
    if (state.failures > 0) {
      state.failures--;
      return refuse(503, "SlowDown");
    }
    if (request.headers["content-length"] === undefined) return refuse(411, "MissingContentLength");
    const headers = new Headers();
    for (const name of ["cache-control", "content-type", "x-amz-content-sha256"])
      headers.set(name, String(request.headers[name]));
    const signer = new AwsV4Signer({
      method: request.method,
      url: `http://${request.headers.host}${request.url}`,
      headers,
      accessKeyId,
      secretAccessKey,
      service: "s3",
      region: "auto",
      datetime: String(request.headers["x-amz-date"]),
    });
    const { headers: signed } = await signer.sign();
    if (signed.get("authorization") !== request.headers.authorization)
      return refuse(403, "SignatureDoesNotMatch");
    objects.set(request.url!, { body, headers: request.headers });
    response.end();
  });
  return { server, url, objects, state };
}
