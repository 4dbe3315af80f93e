/**
 * Every npm script starts here: `node ops/run.mjs VERB [arguments]`. Plain JavaScript with no dependency, since it is
 * what installs them: it checks Node, brings `node_modules` up to date with `package-lock.json`, then runs the verb.
 * The verb `install` stops there.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath, URL } from "node:url";
import { runInForeground } from "./foreground.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const [verb, ...rest] = process.argv.slice(2);
requireNode(readJson("package.json").engines.node);
if (!modulesAreCurrent()) await installModules();
if (verb !== "install") process.exitCode = await runVerb([verb, ...rest].filter(Boolean));

/** @param {string} range such as `>=20.19` */
function requireNode(range) {
  const [major, minor] = range.match(/\d+/g).map(Number);
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(`Node ${process.versions.node} is too old: this needs ${range}. Get it from https://nodejs.org/`);
}

/**
 * npm writes what it installed into `node_modules/.package-lock.json` when all of it is in place. That is compared with
 * `package-lock.json`, package by package; only an optional one (of another platform) may be missing.
 */
function modulesAreCurrent() {
  try {
    const installed = readJson("node_modules/.package-lock.json").packages;
    const wanted = Object.entries(readJson("package-lock.json").packages).filter(([path]) => path !== "");
    return wanted.every(([path, { version, integrity, link, optional }]) => {
      const found = installed[path];
      if (!found) return optional === true;
      return found.version === version && found.integrity === integrity && found.link === link;
    });
  } catch {
    return false;
  }
}

/** `npm ci`; what it says is shown only if it fails. */
async function installModules() {
  const finish = showTime("Installing dependencies (npm ci)");
  const npm = spawn("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  const said = [];
  for (const stream of [npm.stdout, npm.stderr])
    stream.setEncoding("utf8").on("data", (chunk) => said.push(chunk));
  const outcome = await new Promise((resolve) => {
    npm.once("error", (error) => resolve(error.code === "ENOENT" ? "npm is not on PATH" : error.message));
    npm.once("close", (code) => resolve(code));
  });
  finish(outcome === 0 ? "done" : "failed");
  if (outcome === 0) return;
  const reason = typeof outcome === "string" ? outcome : `exit code ${outcome}`;
  fail(`${said.join("")}npm ci failed in ${ROOT}: ${reason}.`);
}

/** Runs the verb in the repository's root and returns its exit code. */
function runVerb(args) {
  const loader = import.meta.resolve("tsx");
  return runInForeground(process.execPath, ["--import", loader, join(ROOT, "ops", "cli.ts"), ...args], {
    cwd: ROOT,
  });
}

/** A line with the seconds gone by: counting in a terminal, at start and end elsewhere. Returns what ends it. */
function showTime(label) {
  const start = Date.now();
  const line = (state) => `${label} ${state} ${((Date.now() - start) / 1000).toFixed(1)} s`;
  if (!process.stderr.isTTY) {
    console.error(`${label} …`);
    return (outcome) => console.error(line(outcome));
  }
  const timer = setInterval(() => process.stderr.write(`\r${line("…")}`), 200);
  return (outcome) => {
    clearInterval(timer);
    process.stderr.write(`\r${line(outcome)}\n`);
  };
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
