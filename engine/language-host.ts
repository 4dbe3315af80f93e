/**
 * The Node language host for engines that came without the official one (built from Go modules).
 * The engine starts it as `pulumi-language-nodejs [flags] ENGINE_ADDRESS` and reads one line from it: the port.
 * It is bundled into one file in the cache (`hosts.ts`), so it imports nothing of a checkout: the SDK that runs a
 * program is the program's own.
 */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import * as language from "@pulumi/pulumi/proto/language_pb.js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ENGINE_VERSION } from "./version.ts";

/** `cmd/run` exits with this code when it has already told the user what was wrong. */
const EXIT_ALREADY_REPORTED = 32;

/** `runtime.options` of Pulumi.yaml, as far as this host knows them. */
interface RuntimeOptions {
  /** Let the SDK compile TypeScript with its own ts-node: default true, as in the official host. */
  typescript?: boolean;
  /** Arguments for `node` itself, such as `--import tsx`. */
  nodeargs?: string;
}

const engineAddress = process.argv.at(-1) ?? "";
const running = new Set<ChildProcess>();
let cancelled = false;

/** Words of a command line; quotes keep spaces together. */
function splitWords(line: string): string[] {
  const words = line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/["']/g, ""));
}

function resolveSdk(directory: string, command: string): string {
  try {
    return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${command}`);
  } catch {
    throw new Error(`@pulumi/pulumi is not installed for ${directory}: run npm ci there.`);
  }
}

function optionsOf(info: language.ProgramInfo): RuntimeOptions {
  return (info.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions;
}

/** Starts node on one of the SDK's commands, with what `runtime.options` says. */
function startNode(info: language.ProgramInfo, command: string, args: string[], options: SpawnOptions) {
  const { nodeargs = "", typescript = true } = optionsOf(info);
  const script = resolveSdk(info.getProgramDirectory(), command);
  const env = { ...(options.env ?? process.env), PULUMI_NODEJS_TYPESCRIPT: String(typescript) };
  const child = spawn(process.execPath, [...splitWords(nodeargs), script, ...args], { ...options, env });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

function runArguments(request: language.RunRequest, info: language.ProgramInfo): string[] {
  const flags: [string, string][] = [
    ["--monitor", request.getMonitorAddress()],
    ["--engine", engineAddress],
    ["--organization", request.getOrganization()],
    ["--project", request.getProject()],
    ["--stack", request.getStack()],
    ["--pwd", info.getProgramDirectory()],
    ["--root-directory", info.getRootDirectory()],
    ["--parallel", request.getParallel() > 0 ? String(request.getParallel()) : ""],
  ];
  const given = flags.filter(([, value]) => value !== "").flat();
  const dryRun = request.getDryrun() ? ["--dry-run"] : [];
  return [...given, ...dryRun, info.getEntryPoint() || ".", ...request.getArgsList()];
}

/** Runs the program to its end. Its output goes through this process's own to the engine, which shows it. */
function run(request: language.RunRequest): Promise<language.RunResponse> {
  const info = request.getInfo() ?? new language.ProgramInfo();
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  const child = startNode(info, "run", runArguments(request, info), {
    cwd: request.getPwd() || info.getProgramDirectory(),
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const response = new language.RunResponse();
      if (code === EXIT_ALREADY_REPORTED || cancelled) response.setBail(true);
      else if (code !== 0) response.setError(`The program ended with ${signal ?? `exit code ${code}`}.`);
      resolve(response);
    });
  });
}

/** Runs a policy pack (`kind` analyzer) or a provider written in Node, and hands its output to the engine. */
function runPlugin(
  call: grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>,
): void {
  const request = call.request;
  const info = request.getInfo() ?? new language.ProgramInfo();
  const program = info.getProgramDirectory();
  const isPolicyPack = request.getKind() === "analyzer";
  const [command, args] = isPolicyPack
    ? ["run-policy-pack", [...request.getArgsList(), program]]
    : ["run-plugin", [program, ...request.getArgsList()]];
  const env = Object.fromEntries(
    request.getEnvList().map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  const child = startNode(info, command, args, {
    // A policy pack reads its version from the package.json of the folder it runs in.
    cwd: isPolicyPack ? program : request.getPwd(),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const send = (fill: (response: language.RunPluginResponse) => void) => {
    const response = new language.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout?.on("data", (chunk: Buffer) => send((response) => response.setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => send((response) => response.setStderr(chunk)));
  child.once("error", (error) => call.destroy(error));
  child.once("close", (code) => {
    send((response) => response.setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => child.kill());
}

/** Which node runs programs, for `pulumi about`. */
async function about(): Promise<language.AboutResponse> {
  const response = new language.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  return response;
}

/** Turns `handler` into a gRPC method: what it throws becomes the one message that the engine shows. */
function unary<Request, Response>(handler: (request: Request) => Response | Promise<Response>) {
  return (call: grpc.ServerUnaryCall<Request, Response>, reply: grpc.sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => handler(call.request))
      .then(
        (response) => reply(null, response),
        (error: Error) => reply({ code: grpc.status.FAILED_PRECONDITION, details: error.message }),
      );
  };
}

function stopChildren(): void {
  cancelled = true;
  for (const child of running) child.kill();
}

function leave(): void {
  stopChildren();
  process.exit(0);
}

// Methods that are not here answer UNIMPLEMENTED: code generation and packaging need the official host.
// A program's plugins are not listed in advance: the engine learns each from the resource that first needs it.
const methods: grpc.UntypedServiceImplementation = {
  handshake: unary(() => new language.LanguageHandshakeResponse()),
  getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
  getPluginInfo: unary(() => {
    const info = new PluginInfo();
    info.setVersion(ENGINE_VERSION);
    return info;
  }),
  about: unary(about),
  run: unary(run),
  runPlugin,
  cancel: unary(() => {
    stopChildren();
    return new Empty();
  }),
};

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, methods);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});

// The engine interrupts its hosts when it is done; when it is killed, its end of our standard input closes.
process.once("SIGINT", leave);
process.once("SIGTERM", leave);
process.stdin.once("end", leave).resume();
