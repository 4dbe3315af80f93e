/** One line of JSON, as the platform's log explorer reads it. Never give it personal data, tokens or file names. */
export function log(
  level: "info" | "warn" | "error",
  event: string,
  fields: Record<string, unknown> = {},
): void {
  console.log(JSON.stringify({ level, event, ...fields }));
}
