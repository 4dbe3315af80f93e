import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { VendorError } from "../behaviour.ts";
import type { Values } from "../marshal.ts";

export interface CommandOutput {
  /** Without the line break at the end. */
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();

/**
 * Runs a command as the real provider does: by the interpreter, in `dir`, with `environment` on top of this process' own.
 * @param values the resource's or the function's inputs
 * @throws VendorError when it cannot be started or ends with another code than 0; what it was given is masked in it
 */
export async function runCommand(command: string, values: Values, root: string): Promise<CommandOutput> {
  const [program = "/bin/sh", ...args] = (values["interpreter"] ?? ["/bin/sh", "-c"]) as string[];
  const environment = (values["environment"] ?? {}) as Record<string, string>;
  const child = spawn(program, [...args, command], {
    cwd: resolve(root, String(values["dir"] ?? "")),
    env: { ...process.env, ...environment },
    // A group of its own, so that what the command starts can be ended with it.
    detached: true,
  });
  running.add(child);
  try {
    const output = { stdout: collect(child.stdout), stderr: collect(child.stderr) };
    child.stdin.on("error", () => {}); // A command need not read what it is given.
    child.stdin.end(String(values["stdin"] ?? ""));
    const failure = await ended(child);
    const mask = masking([...Object.values(environment), String(values["stdin"] ?? "")]);
    const stdout = output.stdout();
    const stderr = output.stderr();
    if (failure) {
      const said = [stdout, stderr].filter(Boolean).join("\n");
      throw new VendorError(mask(`${failure}: running ${JSON.stringify(command)}:\n${said}`));
    }
    return { stdout, stderr };
  } finally {
    running.delete(child);
  }
}

/** Ends all commands that still run. */
export function endCommands(): void {
  for (const { pid } of running) if (pid) endGroup(pid);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
}

/** What went wrong, if anything. */
function ended(child: ChildProcess): Promise<string | undefined> {
  return new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (code, signal) =>
      done(code === 0 ? undefined : signal ? `signal ${signal}` : `exit status ${code}`),
    );
  });
}

/** Takes values, and the passwords in those that are addresses, out of a text. */
function masking(values: readonly string[]): (text: string) => string {
  const secrets = values.flatMap((value) => [value, ...passwords(value)]).filter(({ length }) => length >= 4);
  const longestFirst = secrets.sort((left, right) => right.length - left.length);
  return (text) => longestFirst.reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
}

function passwords(value: string): string[] {
  if (!URL.canParse(value)) return [];
  const { password } = new URL(value);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
