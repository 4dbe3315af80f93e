/**
 * `pulumi-resource-pulumi-nodejs` for engines that came without it: the SDK's own server for dynamic resources, of
 * the program in whose folder the engine starts this. It runs in this process, so there is one start of node, not two.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));

function load(name: string): unknown {
  try {
    return require(require.resolve(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

// A provider's code may import modules written in TypeScript.
(load("tsx/cjs/api") as { register(): void } | undefined)?.register();

if (load("@pulumi/pulumi/cmd/dynamic-provider") === undefined) {
  console.error(`@pulumi/pulumi is not installed for ${process.cwd()}: run npm ci there.`);
  process.exit(1);
}
