import type { World } from "../world.ts";
import { set } from "./set.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

function hobby(world: World): void {
  world.config["tier"] = "free";
  world.account("vercel", { plan: "hobby" });
}

/** So many projects of others. */
export function webProjects(world: World, count: number): void {
  for (let n = 1; n <= count; n++) {
    const id = `prj_other${n}`;
    world.store.collection("webProjects").put(id, { urn: "", id, name: `other-${n}`, properties: {} });
  }
}

/** The project that the stack has made. */
export function ownWebProject(world: World): void {
  const own = { type: "vercel:index/project:Project", id: "prj_own" };
  world.own.push({ urn: "urn:web", ...own, outputs: { id: own.id } });
  world.store
    .collection("webProjects")
    .put(own.id, { urn: "urn:web", id: own.id, name: "lavlay-prod", properties: {} });
}

/** So many variables of that project, and as many of another environment, which count for themselves. */
export function webVariables(world: World, count: number): void {
  for (const target of ["production", "preview"]) {
    for (let n = 1; n <= count; n++) {
      const id = `${target}${n}`;
      world.store.collection("webEnvironmentVariables").put(`prj_own/${id}`, {
        urn: "",
        id,
        projectId: "prj_own",
        key: `OTHER_${n}`,
        value: "x",
        targets: [target],
        sensitive: false,
      });
    }
  }
}

/** At Vercel. */
export const atVercel: readonly WrongSetUp[] = [
  {
    name: "no Vercel token",
    make: (world) => delete world.environment["VERCEL_API_TOKEN"],
    fails: "Vercel token",
    found: /VERCEL_API_TOKEN is not set/,
    fix: /https:\/\/vercel\.com\/account\/settings\/tokens with the team as its scope/,
  },
  {
    name: "a dead Vercel token",
    make: (world) => (world.environment["VERCEL_API_TOKEN"] = "w".repeat(24)),
    fails: "Vercel token",
    found: /Vercel refuses VERCEL_API_TOKEN: Not authorized \(403\)/,
    fix: /export VERCEL_API_TOKEN/,
  },
  {
    name: "a team that the token does not see",
    make: set("vercel", { team: "team_other" }),
    fails: "Vercel team",
    found: /does not see the team team_other/,
    fix: /with team_other as its scope/,
  },
  {
    name: "a lower Vercel plan than declared",
    make: (world) => world.account("vercel", { plan: "hobby" }),
    fails: "Vercel plan",
    found: /Vercel Hobby, lower than the declared Vercel Pro; .*lavlay:vercel\.plan/,
    fix: /Upgrade to Vercel Pro/,
  },
  {
    name: "a web project of that name",
    make: (world) =>
      world.store
        .collection("webProjects")
        .put("prj_1", { urn: "", id: "prj_1", name: "lavlay-prod", properties: {} }),
    fails: "Vercel project",
    found: /the project lavlay-prod \(prj_1\) exists/,
    fix: /npm run adopt/,
  },
  {
    name: "a domain that another web project has",
    make: (world) => {
      world.own.push({ urn: "urn:web", type: "vercel:index/project:Project", id: "prj_own", outputs: {} });
      world.store
        .collection("webProjects")
        .put("prj_2", { urn: "", id: "prj_2", name: "old-site", properties: {} });
      world.store
        .collection("webDomains")
        .put("app.lavlay.com", { urn: "", domain: "app.lavlay.com", projectId: "prj_2" });
    },
    fails: "Vercel app's host",
    found: /app\.lavlay\.com belongs to the project old-site/,
    fix: /Take it out there/,
  },
  {
    name: "no room for another web project",
    make: (world) => {
      hobby(world);
      webProjects(world, 200);
    },
    fails: "Vercel projects",
    found: /^200 of 200 projects on Vercel Hobby, and the stack makes 1 more$/,
    fix: /Delete projects that nobody needs/,
  },
  {
    name: "no room for the app's host in its web project",
    make: (world) => {
      hobby(world);
      ownWebProject(world);
      for (let n = 1; n <= 50; n++) {
        const domain = `site-${n}.example`;
        world.store.collection("webDomains").put(domain, { urn: "", domain, projectId: "prj_own" });
      }
    },
    fails: "Vercel project's domains",
    found: /^50 of 50 domains of the project on Vercel Hobby, and the stack makes 1 more$/,
    fix: /Take domains that nobody uses out/,
  },
  {
    name: "no room for the app's environment variables",
    make: (world) => {
      ownWebProject(world);
      webVariables(world, 999);
    },
    fails: "Vercel environment variables",
    found: /^999 of 1000 variables of the environment production on every plan, and the stack makes \d more$/,
    fix: /Delete variables that no build reads/,
  },
];
