import type { Plugin, Rolldown } from "vite";

const rendering = /\/node_modules\/(react|react-dom|scheduler)\//;

/** The steps of a first load: each is one file of this app's own code, which holds all that no earlier one does. */
const steps = {
  start: /\/app\/index\.html$/,
  main: /\/src\/main\.tsx$/,
  rest: /\/src\/rest\.ts$/,
};

/**
 * Names the file that a module goes to: libraries stay as they are when only the app changes, and what a step and the
 * later pages share goes with the step. Left to itself, the bundler makes a dozen files of a few hundred bytes, and each
 * is a request before anything is seen. Undefined leaves a module to the bundler.
 */
export function chunkOf(id: string, context: Rolldown.ChunkingContext): string | undefined {
  for (const [name, source] of Object.entries(steps)) {
    if (!isImported(id, source, context, new Set())) continue;
    if (rendering.test(id)) return "react";
    return id.includes("/node_modules/") ? "libraries" : name;
  }
  return undefined;
}

/** Whether a module is the one that is meant, or comes with it. */
function isImported(
  id: string,
  source: RegExp,
  context: Rolldown.ChunkingContext,
  seen: Set<string>,
): boolean {
  if (source.test(id)) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  const importers = context.getModuleInfo(id)?.importers ?? [];
  return importers.some((importer) => isImported(importer, source, context, seen));
}

/**
 * Lets the page itself ask for the files of `main`, which its first script imports by call: else the browser would learn
 * of them one round trip later, when that script runs.
 */
export function preloadMain(): Plugin {
  return {
    name: "preload-main",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {}, chunk: start }) {
        const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
        const main = chunks.find(({ name }) => name === "main");
        if (!main) throw new Error("main.tsx has no file of its own");
        const files = [main.fileName, ...main.imports].filter((file) => file !== start?.fileName);
        return files.map((file) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` },
          injectTo: "head" as const,
        }));
      },
    },
  };
}
