import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { MoveArguments } from "./arguments.ts";

/** A production stack's YAML, with comments, a secret and an order of its own. */
export function stackYaml(tier: string, { supabase = "", more = "" } = {}): string {
  return `# Production. Ask in #infra first.
encryptionsalt: v1:abc=:v1:def:ghi==
config:
  lavlay:databasePassword: # rotated in March
    secure: v1:AAAA:BBBB==
  lavlay:domain: lavlay.com
  lavlay:supabase:
    organizationId: lavlay
    region: eu-west-1 # near most users
${supabase}  lavlay:tier: ${tier} # since 2025-11
  lavlay:cloudflare: { accountId: ${"a".repeat(32)}, zoneId: ${"b".repeat(32)} }
  lavlay:media: { bucket: lavlay-media }
  lavlay:monitoring:
    emails:
      - ops@lavlay.com
${more}`;
}

/** A folder with that YAML as the stack prod's, until the test's end. */
export function stackFolder(yaml: string): string {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-promote-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "Pulumi.prod.yaml"), yaml);
  return folder;
}

/** What somebody asks who only wants to see. */
export function looking(to: MoveArguments["to"]): MoveArguments {
  return { stack: "prod", to, set: [], accept: [], write: false, json: false, verbose: false };
}
