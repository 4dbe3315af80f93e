export * from "./vars.ts";
