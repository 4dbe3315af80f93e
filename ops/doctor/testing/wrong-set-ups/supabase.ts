import { set } from "./set.ts";
import { projectRef, type World } from "../world.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

const projects = "supabase:index/project:Project";

/** A project, made by the stack where `own`, else by hand. */
function project(world: World, own: boolean, change: { region?: string; name?: string } = {}): void {
  world.store.collection("projects").put(projectRef, {
    urn: "",
    ref: projectRef,
    name: "lavlay-prod",
    organizationId: "lavlay",
    region: "eu-west-1",
    databasePassword: "correct horse battery",
    instanceSize: "large",
    ...change,
  });
  if (own) world.own.push({ urn: "urn:project", type: projects, id: projectRef, outputs: {} });
}

/** At Supabase. */
export const atSupabase: readonly WrongSetUp[] = [
  {
    name: "no Supabase token",
    make: (world) => delete world.environment["SUPABASE_ACCESS_TOKEN"],
    fails: "Supabase token",
    found: /SUPABASE_ACCESS_TOKEN is not set/,
    fix: /https:\/\/supabase\.com\/dashboard\/account\/tokens/,
  },
  {
    name: "a dead Supabase token",
    make: (world) => (world.environment["SUPABASE_ACCESS_TOKEN"] = `sbp_${"6".repeat(40)}`),
    fails: "Supabase token",
    found: /Supabase refuses SUPABASE_ACCESS_TOKEN: Unauthorized \(401\)/,
    fix: /export SUPABASE_ACCESS_TOKEN/,
  },
  {
    name: "an organisation that the token does not see",
    make: set("supabase", { organizationId: "elsewhere", region: "eu-west-1" }),
    fails: "Supabase organisation",
    found: /no member of elsewhere; it sees lavlay/,
    fix: /lavlay:supabase\.organizationId/,
  },
  {
    name: "a project of that name, made by hand",
    make: (world) => project(world, false),
    fails: "Supabase project",
    found: /the project lavlay-prod \(abcdefghijklmnopqrst\) exists/,
    fix: /npm run adopt -- --stack prod/,
  },
  {
    name: "a paused project",
    make: (world) => {
      project(world, true);
      world.account("supabase", { projectStatus: "INACTIVE" });
    },
    fails: "Supabase project status",
    found: /it is paused \(INACTIVE\)/,
    fix: /Restore it at https:\/\/supabase\.com\/dashboard\/project\/abcdefghijklmnopqrst/,
  },
  {
    name: "a project in another region",
    make: (world) => project(world, true, { region: "us-east-1" }),
    fails: "Supabase project region",
    found: /is in us-east-1, the stack declares eu-west-1/,
    fix: /lavlay:supabase\.region' us-east-1 -s prod/,
  },
  {
    name: "a project that was deleted",
    make: (world) => world.own.push({ urn: "urn:project", type: projects, id: "gone", outputs: {} }),
    fails: "Supabase project",
    found: /the stack's project gone is not in the organisation lavlay/,
    fix: /pulumi state delete 'urn:project' -s prod/,
  },
];
