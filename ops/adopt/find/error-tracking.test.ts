import { afterEach, beforeEach, expect, test } from "vitest";
import { startWorld, type World } from "../testing/world.ts";

let world: World;

beforeEach(async () => {
  world = await startWorld({ sentry: { organization: "acme" } });
});
afterEach(() => world.close());

const post = async (path: string, body: object) =>
  (await world.sentry.call<{ id: string }>(`/api/0${path}`, { method: "POST", body })).id;
const team = (slug: string) => post("/organizations/acme/teams/", { slug, name: slug });
const project = (slug: string, owner: string, name = slug) =>
  post(`/teams/acme/${owner}/projects/`, { slug, name });
const key = (name: string) => post("/projects/acme/lavlay-local/keys/", { name });

const fates = async () => {
  const { takeovers } = await world.plan();
  const own = takeovers.filter(({ type }) => type.startsWith("sentry:"));
  return Object.fromEntries(own.map(({ name, fate, id }) => [name, id ?? fate]));
};

test("where there is nothing of that slug, all is made", async () => {
  await team("others");
  await project("others", "others");
  expect(await fates()).toEqual({
    "errors-team": "new",
    "errors-project": "new",
    "errors-key": "new",
    "errors-issues": "new",
  });
});

test("team, project and key are imported; alerts are not looked for, and that is said", async () => {
  await team("lavlay-local");
  await project("lavlay-local", "lavlay-local");
  const id = await key("web");
  expect(await fates()).toEqual({
    "errors-team": "acme/lavlay-local",
    "errors-project": "acme/lavlay-local",
    "errors-key": `acme/lavlay-local/${id}`,
    "errors-issues": "new",
  });
  expect(await world.takeover("errors-project")).toMatchObject({ differences: [] });
  expect((await world.takeover("errors-issues"))?.note).toMatch(/^not looked for/);
});

test("how a project differs is told, and stays", async () => {
  await team("web");
  await project("lavlay-local", "web", "LavLay");
  expect(await world.takeover("errors-project")).toMatchObject({
    differences: [
      { path: "name", property: "name", existing: "LavLay", declared: "lavlay-local" },
      { path: "teams", property: "teams", existing: ["web"], declared: ["lavlay-local"] },
    ],
    adoption: { import: "acme/lavlay-local", keep: ["name", "teams"] },
  });
});

test("of two keys of that name, none", async () => {
  await team("lavlay-local");
  await project("lavlay-local", "lavlay-local");
  const ids = [await key("web"), await key("web")];
  const found = await world.takeover("errors-key");
  expect(found?.fate).toBe("new");
  for (const id of ids) expect(found?.note).toContain(id);
});

test("a token that opens nothing is told, and nothing is taken for not there", async () => {
  const environment = { ...world.environment, SENTRY_AUTH_TOKEN: "another" };
  await expect(world.plan({ environment })).rejects.toThrow(/Sentry answered 401/);
});
