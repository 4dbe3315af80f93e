import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { fromProgram } from "../paths.ts";

/** What the database does by itself, at times that pg_cron knows. */
export interface ScheduledCall {
  /** Unique; begins with `lavlay-`, by which those that are declared no more are found. */
  readonly name: `lavlay-${string}`;
  /** Five fields, in UTC. */
  readonly schedule: string;
  /** SQL. */
  readonly command: string;
}

/** Who is told of what the database finds. */
export interface AlertReceivers {
  /** Who gets an e-mail; empty where the stack sends none. */
  readonly emails: readonly string[];
  readonly webhook?: string;
  /** What the receiver at the webhook knows us by, in the header `cf-webhook-auth`. */
  readonly secret?: pulumi.Input<string>;
}

export interface FunctionCallsArgs {
  /** Of a connection that keeps its session, with the password in it. Only ever in a secret environment. */
  connectionString: pulumi.Input<string>;
  /** Where the functions answer, without a trailing slash. */
  functionsUrl: pulumi.Input<string>;
  /** What opens them to the database; absent where nothing is called. */
  secret?: pulumi.Input<string>;
  calls: readonly ScheduledCall[];
  /** Absent where nobody is told. */
  alertReceivers?: AlertReceivers;
}

/**
 * Lets the database call edge functions and tell what it finds: puts the functions' address and secret and the receivers
 * of alerts into the vault, and schedules the calls. It is declared on every stack, also where there are none, so that what
 * is called no more is unscheduled. A deletion could not do that: it runs with what was known at the last update, which may
 * be an old password.
 */
export class FunctionCalls extends pulumi.ComponentResource {
  constructor(name: string, args: FunctionCallsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:backend:FunctionCalls", name, {}, opts);
    const calls = JSON.stringify(args.calls);
    new command.local.Command(
      name,
      {
        dir: fromProgram(""),
        create: "node --import tsx infra/backend/schedule-calls.ts",
        environment: {
          DATABASE_URL: pulumi.secret(args.connectionString),
          FUNCTIONS_URL: args.functionsUrl,
          FUNCTIONS_SECRET: pulumi.secret(args.secret ?? ""),
          CALLS: calls,
          ...(args.alertReceivers && {
            ALERT_RECEIVERS: pulumi.secret(pulumi.jsonStringify(args.alertReceivers)),
          }),
        },
        // No `update`: then `create` runs again, and does the same or what has changed.
        triggers: [calls],
      },
      { parent: this, additionalSecretOutputs: ["stdout", "stderr"] },
    );
    this.registerOutputs({});
  }
}

/** A call of a function counts among those a plan has, a look into a table does not. */
const callWhere = (slug: string, due: string) =>
  `select private.call_function('${slug}') where exists (select from ${due})`;

/** Each minute, what of the e-mail queue is due. */
export const emailCalls: readonly ScheduledCall[] = [
  {
    name: "lavlay-send-email",
    schedule: "* * * * *",
    command: callWhere(
      "send-email",
      "private.email_queue where sent_at is null and dead_at is null and next_attempt_at <= now()",
    ),
  },
  { name: "lavlay-forget-emails", schedule: "47 3 * * *", command: "select public.forget_emails()" },
];

/** Every five minutes, what is slower than it may be: a mean of more milliseconds. */
export const queryCalls = (budgetMilliseconds: number): readonly ScheduledCall[] => [
  {
    name: "lavlay-slow-queries",
    schedule: "*/5 * * * *",
    command: `select private.watch_queries(${budgetMilliseconds})`,
  },
];

/** Each minute, what of the job queue is due; each night, the files that nothing refers to. */
export const jobCalls: readonly ScheduledCall[] = [
  {
    name: "lavlay-process-jobs",
    schedule: "* * * * *",
    command: callWhere("process-jobs", "pgmq.q_jobs where vt <= now()"),
  },
  { name: "lavlay-clean-up", schedule: "27 4 * * *", command: "select public.enqueue_job('clean-up')" },
];
