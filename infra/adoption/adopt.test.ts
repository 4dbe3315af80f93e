import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { expect, test } from "vitest";
import { adopt, type Adoptions } from "./adopt.ts";

const account = { accountId: "a".repeat(32) };

interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: unknown): Promise<void>;
  readResource(request: ReadResourceRequest, callback: unknown): Promise<void>;
}

/** What a small program asks of the engine, where its stack has those URNs already. */
async function asked(adoptions: Adoptions, deployed: readonly string[] = []) {
  const outputs = Object.fromEntries(deployed.map((urn) => [urn, { outputs: {} }]));
  await pulumi.runtime.setMocks(
    {
      newResource: ({ inputs, name }) => ({ id: name, state: inputs as Record<string, unknown> }),
      call: () => ({ outputs }),
    },
    "lavlay",
    "prod",
    false,
    "organization",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const requests: Record<string, unknown> = {};
  const { registerResource, readResource } = monitor;
  monitor.registerResource = (request, callback) => {
    if (request.getCustom())
      requests[request.getName()] = {
        import: request.getImportid(),
        keep: request.getIgnorechangesList(),
        inputs: request.getObject()?.toJavaScript(),
      };
    return registerResource.call(monitor, request, callback);
  };
  monitor.readResource = (request, callback) => {
    requests[request.getName()] = { read: request.getId() };
    return readResource.call(monitor, request, callback);
  };
  await pulumi.runtime.runInPulumiStack(async () => {
    await adopt(adoptions);
    const component = new pulumi.ComponentResource("lavlay:media:Media", "bucket");
    new cloudflare.R2Bucket("bucket", { ...account, name: "media" }, { parent: component });
    new cloudflare.R2Bucket("other", { ...account, name: "other" }, { ignoreChanges: ["location"] });
  });
  await pulumi.runtime.disconnect();
  return requests as Record<string, { import?: string; keep?: string[]; inputs?: object; read?: string }>;
}

test("nothing is taken over where nothing is said", async () => {
  const { bucket, other } = await asked({});
  expect([bucket?.import, other?.import]).toEqual(["", ""]);
});

test("a resource is imported, and what is kept is not changed, beside what the program keeps", async () => {
  const { bucket, other } = await asked({
    bucket: { import: "a/media/default" },
    other: { import: "a/other/default", keep: ["storageClass"] },
  });
  expect(bucket).toMatchObject({ import: "a/media/default", keep: [] });
  expect(other).toMatchObject({ import: "a/other/default", keep: ["location", "storageClass"] });
});

test("what the stack has is not imported again, under whatever parents, but kept as it is", async () => {
  const urn = "urn:pulumi:prod::lavlay::lavlay:media:Media$cloudflare:index/r2Bucket:R2Bucket::bucket";
  const { bucket } = await asked({ bucket: { import: "a/media/default", keep: ["location"] } }, [urn]);
  expect(bucket).toMatchObject({ import: "", keep: ["location"] });
});

test("what can only be looked at is read", async () => {
  const { bucket, other } = await asked({ bucket: { read: "media" } });
  expect(bucket).toEqual({ read: "media" });
  expect(other?.import).toBe("");
});

test("values take the place of what is declared", async () => {
  const { bucket } = await asked({ bucket: { values: { storageClass: "InfrequentAccess" } } });
  expect(bucket?.inputs).toMatchObject({ name: "media", storageClass: "InfrequentAccess" });
});
