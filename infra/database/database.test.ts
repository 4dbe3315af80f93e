import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";

const made: MockResourceArgs[] = [];
beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: (args) => {
      made.push(args);
      return { id: `${args.name}-id`, state: args.inputs };
    },
    call: () => ({}),
  }),
);

test("is one command: relative, triggered by the SQL, the connection string a secret, nothing on delete", async () => {
  const { Database } = await import("./database.ts");
  new Database("database", { connectionString: "postgresql://a:hunter2@b/c", folders: ["baseline", "free"] });
  await pulumi.runtime.disconnect();

  const command = made.find(({ type }) => type === "command:local:Command");
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  expect(command).toMatchObject({
    name: "database-migrations",
    inputs: {
      dir: "../",
      create: expect.stringMatching(
        /^node --import tsx infra\/database\/migrate\.ts --dir sql\/baseline --dir sql\/free --leave sql\/pro --leave sql\/team\b/,
      ),
      triggers: [expect.stringMatching(/^[0-9a-f]{64}$/)],
    },
  });
  expect(command?.inputs).not.toHaveProperty("delete");
  expect(command?.inputs).not.toHaveProperty("update");
  expect([command?.inputs.environment, command?.inputs.environment.DATABASE_URL]).toContainEqual(
    expect.objectContaining(secret),
  );
});
