import { randomBytes, randomUUID } from "node:crypto";
import { projectRef } from "../ids.ts";
import { recorded } from "../recorded.ts";
import { edgeFunction } from "./edge-function.ts";
import { functionSecrets } from "./function-secrets.ts";
import { getApikeys, getBranch, getNetworkBans, getPooler } from "./lookups.ts";
import { project } from "./project.ts";
import { settings } from "./settings.ts";

const now = () => new Date().toISOString();

const supabaseRecorded = [
  recorded({
    token: "supabase:index/apikey:Apikey",
    notImitated: ["the key: the API does not accept it"],
    newId: randomUUID,
    outputs: (inputs) => ({
      apiKey: `sb_secret_${randomBytes(24).toString("base64url")}`,
      name: inputs["name"] ?? "default",
      secretJwtTemplate: { role: "service_role" },
      type: "secret",
    }),
  }),
  recorded({
    token: "supabase:index/branch:Branch",
    notImitated: ["the branch's own database"],
    newId: projectRef,
    outputs: (_inputs, id) => ({ database: { id, status: "ACTIVE_HEALTHY" } }),
  }),
  recorded({
    token: "supabase:index/thirdPartyAuth:ThirdPartyAuth",
    notImitated: ["the other issuer's tokens: they are not accepted"],
    newId: randomUUID,
    outputs: (inputs) => ({
      insertedAt: now(),
      resolvedAt: now(),
      updatedAt: now(),
      resolvedJwks: inputs["customJwks"] ?? '{"keys":[]}',
      type: inputs["customJwks"] ? "custom_jwks" : inputs["jwksUrl"] ? "jwks_url" : "oidc",
    }),
  }),
];

export const supabaseBehaviours = [project, settings, edgeFunction, functionSecrets, ...supabaseRecorded];
export const supabaseLookups = [getApikeys, getPooler, getBranch, getNetworkBans];
