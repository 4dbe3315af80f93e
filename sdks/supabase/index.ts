import * as pulumi from "@pulumi/pulumi";
import { Apikey } from "./apikey.ts";
import { Branch } from "./branch.ts";
import { EdgeFunction } from "./edgeFunction.ts";
import { EdgeFunctionSecrets } from "./edgeFunctionSecrets.ts";
import { Project } from "./project.ts";
import { Settings } from "./settings.ts";
import { ThirdPartyAuth } from "./thirdPartyAuth.ts";
import { Provider } from "./provider.ts";
import * as utilities from "./utilities.ts";

export * as config from "./config/index.ts";
export { Apikey, type ApikeyArgs, type ApikeyState } from "./apikey.ts";
export { Branch, type BranchArgs, type BranchState } from "./branch.ts";
export { EdgeFunction, type EdgeFunctionArgs, type EdgeFunctionState } from "./edgeFunction.ts";
export {
  EdgeFunctionSecrets,
  type EdgeFunctionSecretsArgs,
  type EdgeFunctionSecretsState,
} from "./edgeFunctionSecrets.ts";
export { Project, type ProjectArgs, type ProjectState } from "./project.ts";
export { Settings, type SettingsArgs, type SettingsState } from "./settings.ts";
export { ThirdPartyAuth, type ThirdPartyAuthArgs, type ThirdPartyAuthState } from "./thirdPartyAuth.ts";
export {
  getApikeys,
  getApikeysOutput,
  type GetApikeysArgs,
  type GetApikeysOutputArgs,
  type GetApikeysResult,
} from "./getApikeys.ts";
export {
  getBranch,
  getBranchOutput,
  type GetBranchArgs,
  type GetBranchOutputArgs,
  type GetBranchResult,
} from "./getBranch.ts";
export {
  getNetworkBans,
  getNetworkBansOutput,
  type GetNetworkBansArgs,
  type GetNetworkBansOutputArgs,
  type GetNetworkBansResult,
} from "./getNetworkBans.ts";
export {
  getPooler,
  getPoolerOutput,
  type GetPoolerArgs,
  type GetPoolerOutputArgs,
  type GetPoolerResult,
} from "./getPooler.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
export * as types from "./types/index.ts";

type ResourceClass = new (name: string, args: never, opts: pulumi.CustomResourceOptions) => pulumi.Resource;

// The engine gives resources back by URN (as arguments of components, for one): this says which class each type is.
const resources: Record<string, ResourceClass> = {
  [Apikey.__pulumiType]: Apikey,
  [Branch.__pulumiType]: Branch,
  [EdgeFunction.__pulumiType]: EdgeFunction,
  [EdgeFunctionSecrets.__pulumiType]: EdgeFunctionSecrets,
  [Project.__pulumiType]: Project,
  [Settings.__pulumiType]: Settings,
  [ThirdPartyAuth.__pulumiType]: ThirdPartyAuth,
};

for (const token of Object.keys(resources)) {
  const module = token.split(":")[1]!;
  pulumi.runtime.registerResourceModule("supabase", module, {
    version: utilities.getVersion(),
    construct: (name: string, type: string, urn: string): pulumi.Resource => {
      const Resource = resources[type];
      if (!Resource) throw new Error(`unknown resource type ${type}`);
      return new Resource(name, undefined as never, { urn });
    },
  });
}

pulumi.runtime.registerResourcePackage("supabase", {
  version: utilities.getVersion(),
  constructProvider: (name: string, type: string, urn: string): pulumi.ProviderResource => {
    if (type !== "pulumi:providers:supabase") throw new Error(`unknown provider type ${type}`);
    return new Provider(name, undefined, { urn });
  },
});
