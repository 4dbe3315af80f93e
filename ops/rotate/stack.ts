import { readStackFile } from "../../infra/settings/stack-file.ts";
import { settingsOf, type Settings } from "../../infra/settings/settings.ts";
import { projectRoot } from "../root.ts";
import { stackEngine, type EngineFailure } from "../stack-engine.ts";
import { step } from "../steps.ts";
import { parseExport, type DecryptedResource } from "./decrypted.ts";

/** A stack whose credentials are exchanged. */
export interface RotatedStack {
  readonly name: string;
  /** As its YAML says now. @throws RefusedError */
  settings(): Settings;
  /** Its outputs, decrypted. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** What it has made, decrypted: in this process' memory alone. */
  resources(): Promise<readonly DecryptedResource[]>;
  /** Its configuration below `lavlay:`, decrypted. */
  config(): Promise<Readonly<Record<string, string | undefined>>>;
  /** Encrypts a value into the YAML. It is given on standard input: a command line can be read by others. */
  setSecret(key: string, value: string): Promise<void>;
  /** What an update would change now, such as `update backend-settings`. */
  pendingChanges(): Promise<readonly string[]>;
  /** `pulumi up`. */
  apply(what: string): Promise<void>;
}

export interface RotatedStackOptions {
  /** Waits until no other update is at work on the stack, where that can be known. */
  readonly beforeUpdate?: () => Promise<unknown>;
}

/** @throws RefusedError for a stack that there is not, or a configuration that is wrong */
export async function rotatedStack(name: string, options: RotatedStackOptions = {}): Promise<RotatedStack> {
  readStackFile(projectRoot, name);
  const engine = await stackEngine(name);
  const settings = () => {
    const { values, secretKeys } = readStackFile(projectRoot, name);
    return settingsOf(name, { values, secretKeys: new Set(secretKeys) }, engine.environment, "apply");
  };
  settings();
  return {
    name,
    settings,
    outputs: async () =>
      JSON.parse(await engine.output(["stack", "output", "--json", "--show-secrets"])) as Record<
        string,
        unknown
      >,
    resources: async () => parseExport(await engine.output(["stack", "export", "--show-secrets"])),
    config: async () => configIn(await engine.output(["config", "--show-secrets", "--json"])),
    setSecret: async (key, value) => {
      await engine.output(["config", "set", "--secret", `lavlay:${key}`], { input: value });
    },
    pendingChanges: async () => pendingIn(await engine.output(["preview", "--json"])),
    apply: (what) =>
      step(`pulumi up: ${what}`, async () => {
        await options.beforeUpdate?.();
        await engine
          .output(["up", "--yes", "--skip-preview", "--suppress-outputs"])
          .catch((error: EngineFailure) => {
            throw new Error(`${error.message}\nRun it again: it goes on from here.`);
          });
      }),
  };
}

function configIn(text: string): Record<string, string | undefined> {
  const values = Object.entries(JSON.parse(text) as Record<string, { value?: string }>);
  return Object.fromEntries(values.map(([key, { value }]) => [key.replace(/^lavlay:/, ""), value]));
}

/** What a preview announces, beside what stays. */
export function pendingIn(preview: string): string[] {
  const { steps = [] } = JSON.parse(preview) as { steps?: { op: string; urn: string }[] };
  return steps
    .filter(({ op }) => op !== "same" && op !== "read")
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
}
