import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Lookup } from "../behaviour.ts";
import { vercelError } from "./errors.ts";
import { describeFile, listDirectory } from "./files.ts";

/** The files of a folder, by content. */
export const getProjectDirectory: Lookup = {
  token: "vercel:index/getProjectDirectory:getProjectDirectory",
  notImitated: [".vercelignore: only what Vercel leaves out by itself is left out"],
  answer({ hooks }, inputs) {
    const path = String(inputs["path"]);
    return { id: path, path, files: listDirectory(hooks.projectRoot, path) };
  },
};

/** The output of `vercel build`. */
export const getPrebuiltProject: Lookup = {
  token: "vercel:index/getPrebuiltProject:getPrebuiltProject",
  notImitated: ["whether it was built for production"],
  answer({ hooks }, inputs) {
    const path = String(inputs["path"]);
    const output = join(path, ".vercel", "output");
    if (!existsSync(resolve(hooks.projectRoot, output, "builds.json"))) {
      throw vercelError(
        "prebuilt",
        `${output}/builds.json does not exist. Run vercel build in ${path} first.`,
      );
    }
    return { id: path, path, output: listDirectory(hooks.projectRoot, output) };
  },
};

/** One file, by content. */
export const getFile: Lookup = {
  token: "vercel:index/getFile:getFile",
  notImitated: [],
  answer({ hooks }, inputs) {
    const path = String(inputs["path"]);
    if (!existsSync(resolve(hooks.projectRoot, path))) throw vercelError("file", `${path} does not exist.`);
    return { id: path, path, file: { [path]: describeFile(hooks.projectRoot, path) } };
  },
};
