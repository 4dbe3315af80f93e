/** The part of `@sentry/react` that is used; given by tests. */
type Sentry = Pick<
  typeof import("@sentry/react"),
  "init" | "browserTracingIntegration" | "replayIntegration"
>;

/**
 * Reports errors to Sentry, if there is a DSN. Its code is a chunk of its own, loaded when the page has nothing better to
 * do, so that it costs no visitor's first load. The sample rates are the scaling guide's.
 */
export async function startMonitoring(
  dsn: string | undefined,
  load: () => Promise<Sentry> = () => import("@sentry/react"),
): Promise<void> {
  if (!dsn) return;
  const sentry = await load();
  sentry.init({
    dsn,
    // Functions since Sentry 8: the classes that the guide constructs are gone.
    integrations: [sentry.browserTracingIntegration(), sentry.replayIntegration()],
    tracesSampleRate: 0.1,
    replaysSessionSampleRate: 0.1,
    replaysOnErrorSampleRate: 1,
  });
}
