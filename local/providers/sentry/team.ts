import { randomInt } from "node:crypto";
import type { Lookup } from "../behaviour.ts";
import type { RecordedOptions } from "../recorded.ts";

const internalId = () => String(randomInt(1, 10_000_000));

/** A team of an organisation. */
export const team: RecordedOptions = {
  token: "sentry:index/sentryTeam:SentryTeam",
  notImitated: ["members"],
  within: "organization",
  newId: ({ slug, name }) => String(slug ?? name),
  outputs: ({ slug, name }) => {
    const id = internalId();
    return {
      hasAccess: true,
      internalId: id,
      isMember: false,
      isPending: false,
      name,
      slug: slug ?? name,
      teamId: id,
    };
  },
};

/** A team that is there already: whichever is asked for. */
export const getTeam: Lookup = {
  token: "sentry:index/getSentryTeam:getSentryTeam",
  notImitated: ["teams that are not there"],
  answer: (_context, { organization, slug }) => ({
    id: slug,
    organization,
    slug,
    name: slug,
    internalId: "1",
    hasAccess: true,
    isMember: false,
    isPending: false,
  }),
};
