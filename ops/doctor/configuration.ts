import { encryptedSecret } from "../../infra/settings/stack-file.ts";
import type { Problem } from "../../catalog/problem.ts";
import { about, fail, ok, warn, type Answer, type Check } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** Keys that are only read where another says what for. */
const usedBy: Readonly<Record<string, string>> = {
  "lavlay:emailApiKey": "lavlay:email",
  "lavlay:paystackSecretKey": "lavlay:payments",
};

/** Whether the configuration is complete and valid, its plans' limits included. */
export const configurationChecks: readonly Check<Subject>[] = [
  {
    area: "Configuration",
    what: "settings",
    run: ({ settings, problems }) => {
      if (problems.length > 0) return problems.map(problemAnswer);
      return ok(`complete and valid: tier ${settings.tier}, ${settings.cloudflare.zone}`);
    },
  },
  {
    area: "Configuration",
    what: "secrets",
    run: ({ stack, file }) => {
      const idle = Object.entries(usedBy).filter(([key, by]) => key in file.values && !(by in file.values));
      if (idle.length > 0) {
        return idle.map(([key, by]) =>
          about(
            key,
            warn(
              `there is one, and no ${by} that uses it`,
              `Set ${by}, or take it out: pulumi config rm ${key} -s ${stack}`,
            ),
          ),
        );
      }
      const encrypted = Object.values(file.values).filter((value) => value === encryptedSecret);
      return ok(`${encrypted.length} encrypted`);
    },
  },
  {
    area: "Configuration",
    what: "resources",
    run: async ({ planned }) => {
      const { resources, refused } = await planned();
      return refused.length > 0 ? refused.map(problemAnswer) : ok(`${resources.length} can be declared`);
    },
  },
];

function problemAnswer({ key, value, limit, fix, see }: Problem): Answer {
  return about(key, fail(`${value}, but ${limit}`, see ? `${fix} (${see})` : fix));
}
