import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { chunkOf, preloadMain } from "./chunks.ts";
import { hostingFile } from "./hosting.ts";

/** Builds the app. Its addresses come from the environment alone: a forgotten `.env` cannot change what is deployed. */
export default defineConfig({
  root: import.meta.dirname,
  envDir: false,
  plugins: [
    react(),
    preloadMain(),
    hostingFile({
      supabaseUrl: process.env.VITE_SUPABASE_URL ?? "http://127.0.0.1",
      mediaUrl: process.env.VITE_MEDIA_URL ?? "http://127.0.0.1",
      sentryDsn: process.env.VITE_SENTRY_DSN,
    }),
  ],
  build: {
    target: "es2022",
    // The Content-Security-Policy allows no `data:` scripts or styles: every asset is a file.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: chunkOf }], includeDependenciesRecursively: false } },
    },
  },
});
