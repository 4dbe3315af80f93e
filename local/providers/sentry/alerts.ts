import { randomInt } from "node:crypto";
import type { Behaviour } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { recorded } from "../recorded.ts";

/** As the provider writes it: organisation, project, and Sentry's own number. */
const newId = ({ organization, project }: Values) =>
  `${String(organization)}/${String(project)}/${randomInt(1, 10_000_000)}`;
const internalId = (id: string) => id.split("/").at(-1);

/** Alerts on a project's issues, and on what is measured of it. */
export const alerts: readonly Behaviour[] = [
  recorded({
    token: "sentry:index/sentryIssueAlert:SentryIssueAlert",
    notImitated: ["messages", "which conditions, filters and actions Sentry knows"],
    newId,
    outputs: ({ project }, id) => ({ environment: "", internalId: internalId(id), projects: [project] }),
  }),
  recorded({
    token: "sentry:index/sentryMetricAlert:SentryMetricAlert",
    notImitated: ["messages", "which datasets, queries and aggregates Sentry knows"],
    newId,
    outputs: (_inputs, id) => ({ environment: "", internalId: internalId(id), owner: "" }),
  }),
];
