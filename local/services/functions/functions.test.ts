import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { serve } from "../../../testing/serve.ts";
import { Store } from "../../state/store.ts";
import { denoBinary } from "./deno.ts";
import { createFunctions, type Functions, type FunctionsOptions } from "./functions.ts";
import { openLog } from "./log-file.ts";
import { bootstrap } from "./worker.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const platform = {
  SUPABASE_URL: "http://127.0.0.1:1",
  SUPABASE_ANON_KEY: "anon-key",
  SUPABASE_SERVICE_ROLE_KEY: "service-key",
};

/** A host in a folder of its own. */
function host(options: Partial<FunctionsOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "functions-"));
  const store = new Store(join(folder, "state.json"));
  const directory = join(folder, "functions");
  const functions = createFunctions({ directory, store, environment: () => platform, ...options });
  cleanUps.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => functions.close(),
  );
  let version = 0;
  return {
    folder,
    directory,
    functions,
    deploy(slug: string, source: string, verifyJwt = false) {
      const checksum = createHash("sha256").update(source).digest("hex");
      mkdirSync(join(directory, slug), { recursive: true });
      writeFileSync(join(directory, slug, `${checksum}.js`), source);
      const common = { urn: slug, projectRef: "ref", slug, name: slug, createdAt: 0, updatedAt: 0 };
      store
        .collection("edgeFunctions")
        .put(`ref/${slug}`, { ...common, checksum, verifyJwt, version: ++version });
    },
    undeploy: (slug: string) => store.collection("edgeFunctions").delete(`ref/${slug}`),
    setSecrets: (secrets: Record<string, string>) =>
      store.collection("functionSecrets").put("ref", { urn: "s", projectRef: "ref", secrets }),
    log: (slug: string) => readFileSync(join(folder, "log", "functions", `${slug}.log`), "utf8"),
  };
}

function call(functions: Functions, path: string, init?: RequestInit): Promise<Response> {
  const slug = path.split(/[/?]/)[0]!;
  return functions.fetch(new Request(`http://127.0.0.1/functions/v1/${path}`, init), slug);
}

const text = async (answer: Promise<Response>) => (await answer).text();
const isAlive = (pid: number) => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

describe("createFunctions", () => {
  it("passes method, path, query, headers and body on, and the answer back", async () => {
    const { functions, deploy } = host();
    deploy(
      "echo",
      `Deno.serve({ port: 1 }, async (request) => {
        const { pathname, search } = new URL(request.url);
        const headers = new Headers({ "x-test": request.headers.get("x-test") });
        headers.append("set-cookie", "a=1"); headers.append("set-cookie", "b=2");
        return new Response([request.method, pathname, search, await request.text()].join(" "), { status: 201, headers });
      });`,
    );
    const answer = await call(functions, "echo/below?a=1", {
      method: "POST",
      body: "hello",
      headers: { "x-test": "7" },
    });
    expect([answer.status, answer.headers.get("x-test"), answer.headers.getSetCookie()]).toEqual([
      201,
      "7",
      ["a=1", "b=2"],
    ]);
    expect(await answer.text()).toBe("POST /echo/below ?a=1 hello");
  });

  it("remembers each call for the log, with its status and time, and nothing of who made it", async () => {
    const { functions, deploy } = host();
    deploy(
      "tired",
      `Deno.serve(async () => (await new Promise((go) => setTimeout(go, 60)), new Response("", { status: 503 })));`,
    );
    await text(call(functions, "tired/now?who=ada", { method: "POST", body: "ada" }));
    await text(call(functions, "gone"));
    const [tired, gone, ...more] = functions.calls.list();
    expect(tired).toEqual({
      at: expect.any(Number),
      slug: "tired",
      method: "POST",
      path: "/functions/v1/tired/now",
      status: 503,
      milliseconds: expect.any(Number),
    });
    expect(tired?.milliseconds).toBeGreaterThanOrEqual(60);
    expect([gone?.slug, gone?.status, more]).toEqual(["gone", 404, []]);
  });

  it("streams both ways and gives answers that have no body", async () => {
    const { functions, deploy } = host();
    deploy(
      "stream",
      `Deno.serve((r) => r.method === "DELETE" ? new Response(null, { status: 204 }) : new Response(r.body));`,
    );
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const sending = writer.write(Buffer.from("first"));
    const init = { method: "POST", body: readable, duplex: "half" } as RequestInit;
    const reader = (await call(functions, "stream", init)).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe("first");
    await sending;
    void writer.write(Buffer.from("second")).then(() => writer.close());
    expect(Buffer.from((await reader.read()).value!).toString()).toBe("second");
    expect((await reader.read()).done).toBe(true);
    expect((await call(functions, "stream", { method: "DELETE" })).status).toBe(204);
  });

  it("shows a function its secrets and what the platform gives, and nothing else of this machine", async () => {
    const { functions, deploy, setSecrets, directory } = host();
    setSecrets({ MINE: "secret", SUPABASE_URL: "mine too", API: "https://api.example.com/v1" });
    deploy(
      "nosy",
      `const attempt = async (act) => { try { return String(await act()); } catch (error) { return error.name; } };
      Deno.serve(async () => Response.json({
        environment: Deno.env.toObject(), absent: String(Deno.env.get("HOME")),
        read: await attempt(() => Deno.readTextFile("/etc/hostname")),
        write: await attempt(() => Deno.writeTextFile(${JSON.stringify(join(tmpdir(), "nosy"))}, "")),
        run: await attempt(() => new Deno.Command("/bin/true").output()),
        call: await attempt(() => fetch("https://other.example.org")),
      }));`,
    );
    const seen = (await (await call(functions, "nosy")).json()) as { environment: object };
    expect(seen).toMatchObject({
      absent: "undefined",
      read: "NotCapable",
      write: "NotCapable",
      run: "NotCapable",
      call: "NotCapable",
    });
    const { SB_EXECUTION_ID, ...environment } = seen.environment as Record<string, string>;
    expect(SB_EXECUTION_ID).toMatch(/^[0-9a-f-]{36}$/);
    expect(environment).toEqual({
      ...platform,
      MINE: "secret",
      API: "https://api.example.com/v1",
      SB_REGION: "local",
    });
    expect(existsSync(directory)).toBe(true);
  });

  it("answers as the platform does when there is no function, a wrong method or a missing token", async () => {
    const { functions, deploy, undeploy } = host();
    expect((await call(functions, "none")).status).toBe(404);
    deploy("a", `Deno.serve(() => new Response("ok"));`, true);
    const status = async (init: RequestInit) => {
      const answer = await call(functions, "a", init);
      return [answer.status, await answer.text()];
    };
    expect(await status({ method: "PROPFIND" })).toEqual([
      405,
      expect.stringContaining("METHOD_NOT_ALLOWED"),
    ]);
    expect(await status({})).toEqual([401, `{"code":401,"message":"Missing authorization header"}`]);
    expect(await status({ headers: { authorization: "Bearer x" } })).toEqual([
      401,
      `{"code":401,"message":"Invalid JWT"}`,
    ]);
    expect(await status({ headers: { authorization: "Bearer anon-key" } })).toEqual([200, "ok"]);
    expect(await status({ method: "OPTIONS" })).toEqual([200, "ok"]);
    undeploy("a");
    expect((await call(functions, "a")).status).toBe(404);
  });

  it("answers even when what the platform gives is not to be had", async () => {
    const lines: string[] = [];
    const environment = () => {
      throw new Error("the project is not running");
    };
    const { functions, deploy } = host({ environment, log: (line) => lines.push(line) });
    deploy("a", `Deno.serve(() => new Response("ok"));`);
    expect((await call(functions, "a")).status).toBe(500);
    expect(lines).toEqual(["functions: a: Error: the project is not running"]);
  });

  it("says BOOT_ERROR for what does not start, leaves it alone for a while, and recovers with the next deployment", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    cleanUps.push(() => vi.useRealTimers());
    const { functions, deploy, log } = host();
    deploy("a", `this is not JavaScript`);
    const fails = async (starts: number) => {
      const answer = await call(functions, "a");
      expect([answer.status, answer.headers.get("sb-error-code")]).toEqual([503, "BOOT_ERROR"]);
      expect(log("a").match(/shutdown/g)).toHaveLength(starts);
    };
    for (const starts of [1, 2, 2, 2]) await fails(starts);
    vi.setSystemTime(Date.now() + 200);
    await fails(3);
    expect(log("a")).toContain("SyntaxError");
    deploy("a", `Deno.serve(() => new Response("ok"));`);
    expect(await text(call(functions, "a"))).toBe("ok");
  });

  it("says WORKER_ERROR when the process dies and starts another for the next request", async () => {
    const { functions, deploy, log } = host();
    deploy(
      "a",
      `Deno.serve((r) => r.url.endsWith("/die") ? new Promise(() => { setTimeout(() => { throw new Error("lost"); }); }) : new Response("ok"));`,
    );
    expect(await text(call(functions, "a"))).toBe("ok");
    const answer = await call(functions, "a/die");
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { code: "WORKER_ERROR", message: expect.not.stringContaining("lost") },
    ]);
    expect(await text(call(functions, "a"))).toBe("ok");
    expect(log("a")).toContain("lost");
  });

  it("says WORKER_LIMIT when the memory is not enough", async () => {
    const { functions, deploy } = host({ limits: { memory: 64 } });
    deploy("a", `Deno.serve(() => { const all = []; for (;;) all.push(new Array(1e5).fill({})); });`);
    expect((await call(functions, "a")).status).toBe(546);
  });

  it("says IDLE_TIMEOUT when no answer comes, and WORKER_LIMIT when the process's time is over", async () => {
    const never = `Deno.serve(() => new Promise(() => {}));`;
    const idle = host({ limits: { idle: 100 } });
    idle.deploy("a", never);
    expect((await call(idle.functions, "a")).status).toBe(504);
    const short = host({ limits: { wallClock: 1_000 } });
    short.deploy("a", never);
    expect((await call(short.functions, "a")).status).toBe(546);
  });

  it("lets a new bundle or secret take over without a failed request, and ends the old process", async () => {
    const { functions, deploy, setSecrets } = host();
    const source = (name: string) => `Deno.serve(async (r) => {
      if (r.url.endsWith("/slow")) await r.text();
      return new Response([${JSON.stringify(name)}, Deno.env.get("SECRET"), Deno.pid].join(" "));
    });`;
    deploy("a", source("one"));
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const slow = text(
      call(functions, "a/slow", { method: "POST", body: readable, duplex: "half" } as RequestInit),
    );
    const pid = Number((await text(call(functions, "a"))).split(" ")[2]);

    const answers: string[] = [];
    let calling = true;
    const calls = (async () => {
      while (calling) answers.push(await text(call(functions, "a")));
    })();
    deploy("a", source("two"));
    expect(await text(call(functions, "a"))).toMatch(/^two {2}\d/);
    setSecrets({ SECRET: "new" });
    expect(await text(call(functions, "a"))).toMatch(/^two new /);
    calling = false;
    await calls;
    expect(answers.every((answer) => /^(one|two) /.test(answer))).toBe(true);

    expect(isAlive(pid)).toBe(true);
    await writable.getWriter().close();
    expect(await slow).toMatch(/^one /);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it("leaves no process behind: closed, killed, or stuck when it was killed", async () => {
    const first = host();
    first.deploy("a", `Deno.serve(() => new Response(String(Deno.pid)));`);
    const pid = Number(await text(call(first.functions, "a")));
    await first.functions.close();
    expect(isAlive(pid)).toBe(false);

    // A function that hears of nothing any more, from a host that is no more.
    const stuck = join(first.directory, "a", "stuck.js");
    writeFileSync(stuck, `console.log("stuck"); for (;;);`);
    const leftover = spawn(
      denoBinary(),
      ["run", "--no-config", "--allow-env", `--preload=${bootstrap}`, stuck],
      {
        stdio: ["pipe", "pipe", "ignore"],
      },
    );
    const other = spawn(denoBinary(), ["eval", "await new Promise((r) => setTimeout(r, 60_000))"], {
      stdio: "ignore",
    });
    cleanUps.push(
      () => leftover.kill("SIGKILL"),
      () => other.kill("SIGKILL"),
    );
    await new Promise((resolve) => leftover.stdout!.once("data", resolve));
    const lines: string[] = [];
    const store = new Store(join(first.folder, "state.json"));
    createFunctions({
      directory: first.directory,
      store,
      environment: () => platform,
      log: (line) => lines.push(line),
    });
    await expect.poll(() => isAlive(leftover.pid!)).toBe(false);
    expect(lines).toEqual([expect.stringContaining(String(leftover.pid))]);
    expect(isAlive(other.pid!)).toBe(true);
  });

  it("ends a function with its host, however the host ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "functions-"));
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "a.js"), `Deno.serve(() => new Response());`);
    // A host reduced to what matters: it starts a process with a pipe for its input and is killed.
    const script = `const { spawn } = require("node:child_process");
      const deno = spawn(process.argv[1], ["run", "--no-config", "--allow-net", "--allow-env", "--preload=" + process.argv[2], process.argv[3]], { stdio: ["pipe", "pipe", "inherit"] });
      deno.stdout.once("data", () => { console.log(deno.pid); process.kill(process.pid, "SIGKILL"); });`;
    let printed = "";
    try {
      execFileSync(process.execPath, ["-e", script, denoBinary(), bootstrap, join(folder, "a.js")]);
    } catch (error) {
      printed = String((error as { stdout: Buffer }).stdout);
    }
    expect(Number(printed)).toBeGreaterThan(1);
    await expect.poll(() => isAlive(Number(printed))).toBe(false);
  });

  it("gives up the function's work when the client is gone", async () => {
    const { functions, deploy, setSecrets } = host();
    const client = new AbortController();
    const heard: string[] = [];
    const server = await serve(({ url }, answer) => {
      heard.push(url!);
      if (url === "/begun") client.abort();
      answer.end();
    });
    cleanUps.push(() => server.close());
    setSecrets({ TELL: server.url });
    deploy(
      "a",
      `const tell = (what) => fetch(Deno.env.get("TELL") + what);
      Deno.serve((request) => new Promise(() => {
        request.signal.addEventListener("abort", () => tell("/gone"));
        tell("/begun");
      }));`,
    );
    await call(functions, "a", { signal: client.signal });
    await expect.poll(() => heard).toEqual(["/begun", "/gone"]);
  });
});

describe("openLog", () => {
  it("keeps no more than twice its size", () => {
    const folder = mkdtempSync(join(tmpdir(), "log-"));
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "below", "a.log");
    for (let i = 0; i < 100; i++) openLog(file, 500)(`line ${i}`);
    expect(readFileSync(file).length).toBeLessThanOrEqual(500);
    expect(readFileSync(`${file}.1`).length).toBeLessThanOrEqual(500);
    expect(readFileSync(file, "utf8")).toMatch(/^\d{4}-\d\d-\d\dT.*Z line \d+\n/);
    expect(readFileSync(file, "utf8")).toContain("line 99\n");
  });
});
