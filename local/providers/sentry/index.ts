import type { Behaviour, Lookup } from "../behaviour.ts";
import { recorded } from "../recorded.ts";
import { alerts } from "./alerts.ts";
import { key } from "./key.ts";
import { project } from "./project.ts";
import { getTeam, team } from "./team.ts";

export const sentryBehaviours: readonly Behaviour[] = [...[team, project, key].map(recorded), ...alerts];
export const sentryLookups: readonly Lookup[] = [getTeam];
