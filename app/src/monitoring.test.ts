import * as Sentry from "@sentry/react";
import { expect, it, vi } from "vitest";
import { startMonitoring } from "./monitoring.ts";

it("starts Sentry with the integrations and rates of the guide, as functions", async () => {
  const init = vi.fn();
  await startMonitoring("https://key@o1.ingest.sentry.io/2", async () => ({ ...Sentry, init }));
  const [options] = init.mock.calls[0] as [{ integrations: { name: string }[] } & Record<string, unknown>];
  expect(options.integrations.map(({ name }) => name)).toEqual(["BrowserTracing", "Replay"]);
  expect(options).toMatchObject({
    dsn: "https://key@o1.ingest.sentry.io/2",
    tracesSampleRate: 0.1,
    replaysSessionSampleRate: 0.1,
    replaysOnErrorSampleRate: 1,
  });
});

it("would fail by the guide's text: the classes are gone", () => {
  expect(Sentry).not.toHaveProperty("BrowserTracing");
  expect(Sentry).not.toHaveProperty("Replay");
});

it("loads nothing without a DSN", async () => {
  const load = vi.fn();
  await startMonitoring(undefined, load);
  expect(load).not.toHaveBeenCalled();
});
