import { fileURLToPath } from "node:url";

/** Path of a folder of SQL, such as `baseline`. */
export const sqlFolder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
