import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import pg from "pg";
import type { OperatedStack } from "./operated-stack.ts";

/** What opens a stack. */
export interface Credentials {
  /** Its functions' S3 key pair is made of it. */
  readonly token: { readonly id: string; readonly value: string };
  /** With the password. */
  readonly databaseUrl: string;
  /** What the database calls the functions with. */
  readonly secret: string;
}

/** Those of now. */
export function credentials(stack: OperatedStack): Credentials {
  const [token] = stack.records<Credentials["token"]>("accountTokens");
  const [functions] = stack.records<{ secrets: Record<string, string> }>("functionSecrets");
  const secret = functions?.secrets["FUNCTIONS_SECRET"];
  if (!token || secret === undefined) throw new Error("The stack has no credentials.");
  return { token, databaseUrl: stack.databaseUrl(), secret };
}

/** How whoever has them is answered: by a status, or by Postgres' code. */
export async function accepted(stack: OperatedStack, { token, databaseUrl, secret }: Credentials) {
  const { ports } = stack.daemon();
  const secretAccessKey = createHash("sha256").update(token.value).digest("hex");
  const s3 = new AwsClient({ accessKeyId: token.id, secretAccessKey, service: "s3", region: "auto" });
  const r2 = await s3.fetch(`http://127.0.0.1:${ports.objectStore}/lavlay-media-local?list-type=2`);
  const functions = await fetch(`http://127.0.0.1:${ports.api}/functions/v1/send-email`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: "{}",
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  const database = await client.connect().then(
    () => "accepted",
    ({ code }: { code: string }) => code,
  );
  await client.end();
  return { r2: r2.status, database, functions: functions.status };
}
