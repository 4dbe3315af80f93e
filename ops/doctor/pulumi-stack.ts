import { fail, ok, warn, type Check } from "./finding.ts";
import { NotLoggedIn, WrongPassphrase } from "./engine.ts";
import type { Subject } from "./subject.ts";

/** The backend, the stack in it, and whether its secrets can be read. */
export const pulumiChecks: readonly Check<Subject>[] = [
  {
    area: "Pulumi",
    what: "login",
    run: async ({ engine }) => {
      try {
        return ok(`as ${await engine.user()}`);
      } catch (error) {
        if (!(error instanceof NotLoggedIn)) throw error;
        return fail(
          `${error.message}: ${error.reason}`,
          "Log in to the backend of your choice: pulumi login (or pulumi login s3://…), or set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL.",
        );
      }
    },
  },
  {
    area: "Pulumi",
    what: "stack",
    run: async ({ stack, settings, engine }) => {
      const { made, resources, interrupted } = await engine.state();
      if (!made) {
        if (settings.target === "local") return ok("not made yet: npm start makes it");
        return fail(`the backend knows no stack ${stack}`, `pulumi stack init ${stack}`);
      }
      if (interrupted > 0) {
        return warn(
          `${interrupted} operations were interrupted, and the engine does not know how they ended`,
          `See how they ended: pulumi refresh -s ${stack}`,
        );
      }
      return ok(`${resources.length} resources`);
    },
  },
  {
    area: "Pulumi",
    what: "secrets",
    run: async ({ file, engine }) => {
      if (file.secretKeys.length === 0) return ok("none in the YAML");
      try {
        if (!(await engine.config())) return ok("not asked: the stack is not made yet");
        return ok(`${file.secretKeys.length} can be decrypted`);
      } catch (error) {
        if (!(error instanceof WrongPassphrase)) throw error;
        return fail(
          `they cannot be decrypted: ${error.message}`,
          "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the stack's passphrase, or log in to the cloud that keeps its key.",
        );
      }
    },
  },
];
