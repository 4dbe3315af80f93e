import { withTheToken } from "./cloudflare-token.ts";
import { inTheYaml } from "./configuration.ts";
import { inTheWay } from "./in-the-way.ts";
import { onThisMachine } from "./machine.ts";
import { atSupabase } from "./supabase.ts";
import { atUpstash } from "./upstash.ts";
import { atVercel } from "./vercel.ts";
import { withTheZone } from "./zone.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

/** Each by itself is enough for an update to fail. */
export const wrongSetUps: readonly WrongSetUp[] = [
  ...onThisMachine,
  ...inTheYaml,
  ...withTheToken,
  ...withTheZone,
  ...inTheWay,
  ...atSupabase,
  ...atVercel,
  ...atUpstash,
];
