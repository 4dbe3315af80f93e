import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { startProject } from "../../local/services/functions/fake-cloud.ts";
import { secretOf, startTestStore } from "../../local/services/object-store/test-store.ts";

/**
 * A program of its own, so that it has a processor to itself: the object store and a project's auth server, each also
 * behind a network that takes its time. It prints its addresses as one line of JSON, and ends with its standard input.
 */

/** What the program prints. */
export interface Cloud {
  /** By round trip in milliseconds. */
  networks: Record<string, { store: string; project: string; token: string }>;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Passes connections on, each way half a round trip later; the first bytes of one wait for it to be made as well. */
async function slowly(target: string, roundTrip: number): Promise<string> {
  const { hostname, port } = new URL(target);
  const pass = (from: Socket, to: Socket, ready: number) => {
    let last: Promise<unknown> = Promise.resolve();
    /** In order, each when it is due. */
    const later = (act: () => void) => {
      const due = Math.max(performance.now(), ready) + roundTrip / 2;
      last = last.then(() => delay(Math.max(0, due - performance.now()))).then(act);
    };
    from.on("data", (chunk) => later(() => void (to.destroyed || to.write(chunk) || from.pause())));
    to.on("drain", () => from.resume());
    from.on("close", () => later(() => to.destroy()));
    from.on("error", () => to.destroy());
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    pass(near, far, performance.now() + roundTrip);
    pass(far, near, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const [project, objects] = await Promise.all([startProject(), startTestStore()]);
// As vendors' servers do, they keep connections for longer than a moment between two loads.
const server = createHttpServer({ keepAliveTimeout: 120_000 }, objects.objectStore.listener);
project.server.keepAliveTimeout = 120_000;
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const storeUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const networks: Cloud["networks"] = {};
for (const roundTrip of process.argv.slice(2).map(Number)) {
  const behind = (url: string) => (roundTrip === 0 ? url : slowly(url, roundTrip));
  const [store, projectUrl] = await Promise.all([behind(storeUrl), behind(project.url)]);
  const token = await project.sign({ iss: `${projectUrl}/auth/v1` });
  networks[roundTrip] = { store, project: projectUrl, token };
}
const cloud: Cloud = { networks, accessKeyId: objects.token.id, secretAccessKey: secretOf(objects.token) };
console.log(JSON.stringify(cloud));

process.stdin.resume().once("end", () => {
  void objects.close().then(() => process.exit(0));
});
