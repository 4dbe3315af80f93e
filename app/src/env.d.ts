interface ImportMetaEnv {
  readonly VITE_SUPABASE_URL: string;
  readonly VITE_SUPABASE_ANON_KEY: string;
  readonly VITE_MEDIA_URL: string;
  /** Absent where errors are not reported. */
  readonly VITE_SENTRY_DSN?: string;
}
