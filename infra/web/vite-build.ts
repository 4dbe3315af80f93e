import { join } from "node:path";
import { projectRoot } from "../paths.ts";

/** Builds the app for the `VITE_*` of this process' environment into the folder that the command line names. */
async function build(outDir: string): Promise<void> {
  process.env.NODE_ENV = "production";
  const vite = await import("vite");
  await vite.build({
    root: join(projectRoot, "app"),
    configFile: join(projectRoot, "app", "vite.config.ts"),
    mode: "production",
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
  });
}

build(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
