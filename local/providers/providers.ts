import { providerSchemas, type ProviderName } from "../../catalog/catalog.ts";
import type { Context } from "./behaviour.ts";
import { endCommands } from "./command/run.ts";
import { Provider } from "./provider.ts";
import { providerParts } from "./registry.ts";
import { serveProvider } from "./server.ts";

export type { Context, ProjectKeys, ProviderHooks } from "./behaviour.ts";

export interface RunningProviders {
  /** Port by plugin name, as `PULUMI_DEBUG_PROVIDERS` wants them: `cloudflare`, `terraform-provider` and so on. */
  readonly ports: Record<string, number>;
  /** Ends what runs and stops listening. */
  close(): Promise<void>;
}

/** Serves every provider of the local target to the engine, each on a free port of 127.0.0.1. */
export async function startProviders(context: Context): Promise<RunningProviders> {
  const served = await Promise.all(
    (Object.keys(providerParts) as ProviderName[]).map(async (name) => {
      const { plugin, behaviours, lookups } = providerParts[name];
      const provider = new Provider(providerSchemas[name], behaviours, lookups, context);
      return { name: plugin.name, ...(await serveProvider(provider, plugin)) };
    }),
  );
  return {
    ports: Object.fromEntries(served.map(({ name, port }) => [name, port])),
    close: async () => {
      endCommands();
      for (const { close } of served) close();
    },
  };
}
