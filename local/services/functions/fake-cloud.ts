import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** For the tests: what the upload function talks to, as small as it can be. */

export async function listen(handler: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A project: its published keys, tokens by them, and its allowance of uploads. */
export async function startProject() {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "ES256", use: "sig" };
  const user = "6f1c0e0a-3f57-4d0e-9a35-0d2f6c1b7a11";
  /** `slot` is what the allowance of uploads answers: 0, or seconds to wait; null when it is not there. */
  const state = { jwksStatus: 200, slot: 0 as number | null, slotsAsked: [] as IncomingMessage["headers"][] };
  const { server, url } = await listen((request, response) => {
    if (request.url === "/rest/v1/rpc/take_upload_slot") {
      state.slotsAsked.push(request.headers);
      request.resume();
      response.writeHead(state.slot === null ? 404 : 200, { "content-type": "application/json" });
      return response.end(JSON.stringify(state.slot));
    }
    if (request.url === "/auth/v1/user") {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ id: user, aud: "authenticated", role: "authenticated" }));
    }
    const known = request.url === "/auth/v1/.well-known/jwks.json";
    response.writeHead(known ? state.jwksStatus : 404, { "content-type": "application/json" });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
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
