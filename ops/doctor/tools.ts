import { catalogEntry } from "../../catalog/catalog.ts";
import { isAtLeast } from "../../engine/version.ts";
import { about, fail, ok, warn, type Check } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** What is installed on this machine. */
export interface InstalledTools {
  readonly node: string;
  /** The range that `package.json` asks for, such as `>=20.19`. */
  readonly nodeWanted: string;
  /** The engine, or why there is none. */
  readonly engine: { readonly version: string; readonly from: string } | { readonly missing: string };
  /** The vendors' packages, each with what `package.json` pins and what is installed; undefined for nothing. */
  readonly packages: readonly {
    readonly name: string;
    readonly pinned: string | undefined;
    readonly installed: string | undefined;
  }[];
}

/** A resource of each package, by which the catalog's version is known. */
const entries: Readonly<Record<string, string>> = {
  "@pulumi/cloudflare": "cloudflare:index/ruleset:Ruleset",
  "@pulumi/command": "command:local:Command",
  "@pulumiverse/vercel": "vercel:index/project:Project",
  "@upstash/pulumi": "upstash:index/redisDatabase:RedisDatabase",
};

/** Node, the engine, and the vendors' packages: the engine takes the plugin that belongs to the package's version. */
export const toolChecks: readonly Check<Subject>[] = [
  {
    area: "Tools",
    what: "Node",
    run: ({ tools: { node, nodeWanted } }) => {
      const minimum = nodeWanted.replace(/^>=/, "");
      if (isAtLeast(node, minimum)) return ok(node);
      return fail(`${node} is too old`, `Install ${nodeWanted} from https://nodejs.org/`);
    },
  },
  {
    area: "Tools",
    what: "engine",
    run: ({ tools: { engine } }) => {
      if ("version" in engine) return ok(`Pulumi ${engine.version}, ${engine.from}`);
      return warn(
        engine.missing,
        "Get it: npm run pulumi -- version. Until then the stack's state and secrets cannot be looked at.",
      );
    },
  },
  {
    area: "Tools",
    what: "packages",
    run: ({ tools: { packages } }) => {
      const wrong = packages.flatMap(({ name, pinned, installed }) => {
        if (installed === undefined || installed !== pinned) {
          const found = `${installed ?? "not installed"}, and package.json pins ${pinned ?? "nothing"}`;
          return [about(name, fail(found, "Install what is pinned: npm ci"))];
        }
        const known = catalogEntry(entries[name] ?? "")?.version;
        if (known === undefined || known === installed) return [];
        const found = `${installed}, and catalog/schemas describes ${known}`;
        return [about(name, fail(found, `Pin ${known} again, or renew the schema with the package.`))];
      });
      return wrong.length > 0 ? wrong : ok(`${packages.length} as pinned`);
    },
  },
];
