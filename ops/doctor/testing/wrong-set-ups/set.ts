import type { World } from "../world.ts";

/** Changes one key of the configuration. */
export const set = (key: string, value: unknown) => (world: World) => void (world.config[key] = value);
