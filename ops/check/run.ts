import { writeFileSync } from "node:fs";
import { ensureEngine } from "../../engine/engine.ts";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { settingsOf } from "../../infra/settings/settings.ts";
import { pulumiEnvironment } from "../pulumi.ts";
import { projectRoot } from "../root.ts";
import { step } from "../steps.ts";
import { vendorClients } from "../vendors/clients.ts";
import { checkStack } from "./check.ts";
import { deployedSite } from "./deployed.ts";
import { appendHistory, readHistory } from "./history.ts";
import { printMissed, printRows } from "./print.ts";
import { reportPage } from "./report/page.ts";

export interface RunOptions {
  readonly stack: string;
  /** JSON lines; read, and added to. */
  readonly history?: string;
  /** Where the report goes. */
  readonly html?: string;
  readonly json: boolean;
  /** Whether what cannot be measured fails too. */
  readonly strict: boolean;
}

/**
 * `npm run check`. Resolves to the exit code: 1 when an objective is missed.
 * @throws RefusedError for a configuration that is not valid, or a local target that does not run
 */
export async function runCheck({ stack, history, html, json, strict }: RunOptions): Promise<number> {
  const file = readStackFile(projectRoot, stack);
  const engine = await ensureEngine({ progress: (line) => console.error(line) });
  // Without a configuration file: whoever looks must not give the stand-ins other vendors' plans.
  const env = await pulumiEnvironment({ stack, engine, configFile: "" });
  const settings = settingsOf(
    stack,
    { values: file.values, secretKeys: new Set(file.secretKeys) },
    env,
    "apply",
  );
  const { checks: earlier, damaged } = history ? readHistory(history, stack) : { checks: [], damaged: 0 };
  if (damaged > 0) console.error(`${history}: ${damaged} lines cannot be read and are passed over.`);

  const { rows, record } = await step(`Check of ${stack}`, async (progress) => {
    progress("addresses");
    const site = await deployedSite(engine, env, settings);
    const result = await checkStack({
      site,
      vendors: vendorClients(settings, env),
      earlier,
      progress,
    });
    progress(`${result.rows.length} rows`);
    return result;
  });
  console.log(
    json ? JSON.stringify({ stack, time: record.time, up: record.up, rows }, undefined, 2) : printRows(rows),
  );
  for (const line of printMissed(rows)) console.error(line);
  // Last: a file that cannot be written must not cost what was measured.
  if (history) appendHistory(history, record);
  if (html) writeFileSync(html, reportPage({ stack, time: record.time, rows, checks: [...earlier, record] }));

  const failing = rows.some(({ verdict }) => verdict === "missed" || (strict && verdict === "unmeasured"));
  return failing ? 1 : 0;
}
