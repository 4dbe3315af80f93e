interface ImportMetaEnv {
  readonly VITE_SUPABASE_URL: string;
  readonly VITE_SUPABASE_ANON_KEY: string;
  readonly VITE_MEDIA_URL: string;
  /** Where the read replicas answer; absent where there are none, or a load balancer sends reads there. */
  readonly VITE_SUPABASE_READS_URL?: string;
  /** `true` where the media host's zone resizes pictures. */
  readonly VITE_IMAGE_TRANSFORMATIONS?: string;
  /** Absent where errors are not reported. */
  readonly VITE_SENTRY_DSN?: string;
}
