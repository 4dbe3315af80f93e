import type { Behaviour, Lookup } from "../behaviour.ts";
import { redisDatabase } from "./redis-database.ts";

export const upstashBehaviours: readonly Behaviour[] = [redisDatabase];
export const upstashLookups: readonly Lookup[] = [];
