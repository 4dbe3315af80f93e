import type { VendorClient } from "../../vendors/client.ts";
import type { PlannedResource } from "../../plan/plan.ts";
import type { Existing, Finder, LeftAlone } from "../existing.ts";
import { theOnly } from "./alike.ts";
import { found } from "./found.ts";
import { told } from "./told.ts";

/** A finder of something at Sentry: it is asked only where the stack reports to it. */
const atSentry =
  (
    find: (sentry: VendorClient, resource: PlannedResource) => Promise<Existing | LeftAlone | undefined>,
  ): Finder =>
  async ({ sentry }, resource) =>
    sentry && find(sentry, resource);

const team = atSentry(async (sentry, { type, inputs }) => {
  const { organization } = inputs;
  const path = `${String(organization)}/${String(inputs["slug"])}`;
  const answer = await found(sentry.call<object>(`/api/0/teams/${path}/`));
  return (
    answer && {
      way: { by: "import", id: path },
      properties: { organization, ...told(type, answer) },
    }
  );
});

interface Project {
  readonly name: string;
  readonly slug: string;
  readonly platform?: string | null;
  readonly teams: readonly { readonly slug: string }[];
}

const project = atSentry(async (sentry, { type, inputs }) => {
  const { organization } = inputs;
  const path = `${String(organization)}/${String(inputs["slug"])}`;
  const answer = await found(sentry.call<Project>(`/api/0/projects/${path}/`));
  if (!answer) return undefined;
  const { name, slug, platform } = answer;
  const teams = answer.teams.map((each) => each.slug);
  return {
    way: { by: "import", id: path },
    properties: { organization, ...told(type, { name, slug, teams, ...(platform ? { platform } : {}) }) },
  };
});

interface Key {
  readonly id: string;
  readonly name: string;
}

/** The project's key of that name. Others stay beside it: whoever reports by them goes on. */
const key = atSentry(async (sentry, { type, inputs }) => {
  const { organization, project: slug, name } = inputs;
  const path = `${String(organization)}/${String(slug)}`;
  const keys = (await found(sentry.call<readonly Key[]>(`/api/0/projects/${path}/keys/`))) ?? [];
  const own = theOnly(
    keys.filter((each) => each.name === name),
    "keys of that name",
  );
  if (!own || "leftAlone" in own) return own;
  return {
    way: { by: "import", id: `${path}/${own.id}` },
    properties: { organization, project: slug, ...told(type, own) },
  };
});

/** Finds the team, the project and its key at Sentry. */
export const errorTrackingFinders: Readonly<Record<string, Finder>> = {
  "sentry:index/sentryTeam:SentryTeam": team,
  "sentry:index/sentryProject:SentryProject": project,
  "sentry:index/sentryKey:SentryKey": key,
};
