import { set } from "./set.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

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
];
