import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { linkLibraries } from "./binaries.ts";
import { isRunning } from "./leftover.ts";
import { destroyPostgres, startPostgres, type PostgresServer } from "./postgres.ts";
import { freePort, query } from "./testing.ts";

let directory: string;
let server: PostgresServer | undefined;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lavlay-postgres-")); // 0700: also root's server must get in.
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await destroyPostgres(directory);
});

async function start(password = "p'w@ /%"): Promise<PostgresServer> {
  server = await startPostgres({ directory, port: await freePort(), password, log: () => {} });
  return server;
}
const postmaster = () => Number(readFileSync(join(directory, "data/postmaster.pid"), "utf8").split("\n")[0]);

/** A process of its own that starts Postgres in the folder and then stays. */
async function startElsewhere(): Promise<ChildProcess> {
  const program = `
    import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, "postgres.ts"))};
    startPostgres({ directory: ${JSON.stringify(directory)}, port: ${await freePort()}, password: "x", log: () => {} })
      .then(() => console.log("ready"));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return child;
}

describe("a server", () => {
  test("has Supabase's roles: postgres owns the project and is no superuser", async () => {
    const { url, superuserUrl, authenticatorUrl, authAdminUrl } = await start();
    const user = "select current_user as name, current_setting('is_superuser') as super";
    expect(await query(url, user)).toEqual([{ name: "postgres", super: "off" }]);
    expect(await query(superuserUrl, user)).toEqual([{ name: "supabase_admin", super: "on" }]);
    expect(await query(authenticatorUrl, user)).toEqual([{ name: "authenticator", super: "off" }]);
    expect(await query(authAdminUrl, user)).toEqual([{ name: "supabase_auth_admin", super: "off" }]);
    expect(
      await query(url, "select rolname from pg_roles where rolbypassrls and not rolsuper order by 1"),
    ).toEqual([{ rolname: "postgres" }, { rolname: "service_role" }]);
    await expect(query(url, "alter system set work_mem = '1MB'")).rejects.toThrow("permission denied");
  });

  test("lets postgres refer to auth.users and put triggers on it, as at Supabase", async () => {
    const { url } = await start();
    await query(
      url,
      `create table profiles (id uuid references auth.users on delete cascade);
       create function f() returns trigger language plpgsql as 'begin return new; end';
       create trigger t after insert on auth.users for each row execute function f();`,
    );
  });

  test("reads the request's claims", async () => {
    const { url } = await start();
    const ask = (claims: string) =>
      query(
        url,
        `select auth.uid() as uid, auth.role() as role, auth.email() as email
         from (select set_config('request.jwt.claims', $1, false)) as claims`,
        [claims],
      );
    const sub = "00000000-0000-4000-8000-000000000001";
    expect(await ask(JSON.stringify({ sub, role: "authenticated", email: "a@b.c" }))).toEqual([
      { uid: sub, role: "authenticated", email: "a@b.c" },
    ]);
    expect(await ask("")).toEqual([{ uid: null, role: null, email: null }]);
  });

  test("changes the password without keeping it in the statistics; a wrong one is refused", async () => {
    const running = await start("first");
    const before = running.url;
    await running.setPassword("next-'secret");
    await query(running.url, "select 1");
    await expect(query(before, "select 1")).rejects.toThrow("password authentication failed");
    const kept =
      "select from extensions.pg_stat_statements where query like '%next-%' and query not like '%pg_stat%'";
    expect(await query(running.superuserUrl, kept)).toEqual([]);
  });

  test("is safe by its settings and its files", async () => {
    const { url } = await start();
    for (const [name, value] of [
      ["fsync", "on"],
      ["wal_level", "logical"],
      ["max_connections", "60"],
      ["listen_addresses", "127.0.0.1"],
    ] as const) {
      expect(await query(url, `select current_setting('${name}') as value`)).toEqual([{ value }]);
    }
    expect(statSync(join(directory, "superuser-password")).mode & 0o777).toBe(0o600);
  });

  test("says so when its port is taken", async () => {
    const { port } = await start();
    const other = mkdtempSync(join(tmpdir(), "lavlay-postgres-"));
    await expect(startPostgres({ directory: other, port, password: "x", log: () => {} })).rejects.toThrow(
      new RegExp(`did not start on port ${port}[^]*Address already in use`),
    );
    await destroyPostgres(other);
  });
});

describe("recovers", () => {
  test("keeps data and password over stop and start", async () => {
    const { url, stop } = await start();
    await query(url, "create table kept as select 1 as n");
    await stop();
    expect(await query((await start()).url, "select * from kept")).toEqual([{ n: 1 }]);
  });

  test("from kill -9 of the server: what was committed is there", async () => {
    const { url, superuserUrl } = await start();
    await query(url, "create table kept as select 1 as n");
    const pid = postmaster();
    expect(pid).toBeGreaterThan(1);
    await query(superuserUrl, "select 1");
    process.kill(pid, "SIGKILL");
    expect(await query((await start()).url, "select * from kept")).toEqual([{ n: 1 }]);
  });

  test("from kill -9 of whoever started it: the server left behind is stopped", async () => {
    const child = await startElsewhere();
    await once(child.stdout!, "data");
    const left = postmaster();
    child.kill("SIGKILL");
    await once(child, "exit");
    await query((await start()).url, "select 1");
    expect(postmaster()).not.toBe(left);
    expect(isRunning(left)).toBe(false);
  });

  test("from kill -9 at any moment of the first start", async () => {
    for (const moment of [600, 800, 1000, 1200, 1400]) {
      const child = await startElsewhere();
      await Promise.race([delay(moment), once(child, "exit")]);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const { url, stop } = await start();
      expect(await query(url, "select count(*)::int as n from auth.users")).toEqual([{ n: 0 }]);
      await stop();
      server = undefined;
      await destroyPostgres(directory);
      mkdirSync(directory, { mode: 0o700 });
    }
  });

  test("leaves a process alone that only has the number of the old server", async () => {
    await (await start()).stop();
    const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    children.push(stranger);
    writeFileSync(join(directory, "data/postmaster.pid"), `${stranger.pid}\n${directory}/data\n0\n1\n\n\n`);
    await query((await start()).url, "select 1");
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });
});

test("destroying stops the server and deletes everything", async () => {
  const child = await startElsewhere();
  await once(child.stdout!, "data");
  const pid = postmaster();
  child.kill("SIGKILL");
  await destroyPostgres(directory);
  expect(existsSync(directory)).toBe(false);
  expect(isRunning(pid)).toBe(false);
  await destroyPostgres(directory);
});

test("missing library links are made, by several at once, and those that are there are kept", () => {
  mkdirSync(join(directory, "native/lib"), { recursive: true });
  const links = [
    { source: "native/lib/a.so.1.2", target: "native/lib/a.so" },
    { source: "native/lib/a.so.1.2", target: "native/lib/a.so.1" },
  ];
  writeFileSync(join(directory, "native/pg-symlinks.json"), JSON.stringify(links));
  writeFileSync(join(directory, "native/lib/a.so.1.2"), "");
  for (let i = 0; i < 2; i++) linkLibraries(directory);
  expect(lstatSync(join(directory, "native/lib/a.so")).isSymbolicLink()).toBe(true);
  expect(readlinkSync(join(directory, "native/lib/a.so.1"))).toBe("a.so.1.2");
});
