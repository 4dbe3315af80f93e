import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import grpcProtocol from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { IResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  CheckResponse,
  CreateResponse,
  DiffResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { Store } from "../state/store.ts";
import type { Context } from "./behaviour.ts";
import { marshal, unmarshal, type Values } from "./marshal.ts";
import { startProviders } from "./providers.ts";

export const accountId = "0".repeat(32);
export const zoneId = "1".repeat(32);

/** A context in a folder of its own, with hooks that only remember what they were asked. */
export function testContext() {
  const directory = mkdtempSync(join(tmpdir(), "providers-"));
  const projectRoot = join(directory, "program");
  mkdirSync(projectRoot);
  const store = new Store(join(directory, "state.json"));
  store.collection("accounts").put("accounts", {
    cloudflare: { accountId, zones: [{ id: zoneId, name: "lavlay.localhost", plan: "free" }] },
    supabase: { organizationId: "local", plan: "free" },
    vercel: { plan: "hobby" },
    upstash: { plan: "free" },
  });
  const calls: string[] = [];
  const log: string[] = [];
  const objects = new Set<string>();
  const context: Context = {
    store,
    log: (line) => log.push(line),
    hooks: {
      createProject: async ({ ref }) => void calls.push(`create ${ref}`),
      updateProject: async ({ ref }) => void calls.push(`update ${ref}`),
      deleteProject: async (ref) => void calls.push(`delete ${ref}`),
      projectKeys: () => ({
        anonKey: "anon",
        serviceRoleKey: "service",
        publishableKey: "sb_publishable_x",
        secretKey: "sb_secret_x",
      }),
      poolerUrl: () => "postgresql://postgres:[YOUR-PASSWORD]@127.0.0.1:5432/postgres",
      bucketIsEmpty: (key) => !objects.has(key),
      dropBucket: (key) => void calls.push(`drop ${key}`),
      functionsDirectory: join(directory, "functions"),
      hostingDirectory: join(directory, "hosting"),
      projectRoot,
    },
  };
  return {
    context,
    store,
    directory,
    projectRoot,
    calls,
    log,
    /** Keys of buckets that are not empty. */
    objects,
    remove: () => rmSync(directory, { recursive: true }),
  };
}

/** Providers that serve, and a client that asks them as the engine does. */
export async function startTestProviders(context: Context) {
  const running = await startProviders(context);
  const clients = new Map<string, IResourceProviderClient & grpc.Client>();
  const client = (type: string): IResourceProviderClient => {
    const [provider = ""] = type.split(":");
    const plugin = provider === "supabase" ? "terraform-provider" : provider;
    const existing = clients.get(plugin);
    if (existing) return existing;
    const { ResourceProviderClient } = grpcProtocol;
    const made = new ResourceProviderClient(
      `127.0.0.1:${running.ports[plugin]}`,
      grpc.credentials.createInsecure(),
    ) as unknown as IResourceProviderClient & grpc.Client;
    clients.set(plugin, made);
    return made;
  };
  return {
    ports: running.ports,
    client,
    resource: (type: string, name = "it") => new TestResource(client(type), urnOf(type, name)),
    close: async () => {
      for (const open of clients.values()) open.close();
      await running.close();
    },
  };
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:local::lavlay::lavlay:media:Media$${type}::${name}`;
}

/** The answer of a method that answers once. */
export function ask<Response>(
  call: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) =>
    call((error, response) => (error ? reject(new Error(error.details)) : resolve(response))),
  );
}

/** One resource in the engine's hands: it remembers inputs, outputs and id between the calls, as the engine's state does. */
export class TestResource {
  id = "";
  inputs: Values = {};
  outputs: Values = {};
  secrets: readonly string[] = [];

  constructor(
    readonly client: IResourceProviderClient,
    readonly urn: string,
  ) {}

  async check(inputs: Values): Promise<string[]> {
    const request = new messages.CheckRequest();
    request.setUrn(this.urn);
    request.setNews(marshal(inputs));
    const response = await ask<CheckResponse>((done) => this.client.check(request, done));
    return response.getFailuresList().map((failure) => failure.getReason());
  }

  async diff(inputs: Values) {
    const request = new messages.DiffRequest();
    request.setUrn(this.urn);
    request.setId(this.id);
    request.setOlds(marshal(this.outputs));
    request.setOldInputs(marshal(this.inputs));
    request.setNews(marshal(inputs));
    const response = await ask<DiffResponse>((done) => this.client.diff(request, done));
    return {
      changed: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      paths: response
        .getDetaileddiffMap()
        .toArray()
        .map(([path]) => path),
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  /** The outputs that a preview foretells. */
  async preview(inputs: Values): Promise<Values> {
    const request = new messages.CreateRequest();
    request.setUrn(this.urn);
    request.setPreview(true);
    request.setProperties(marshal(inputs));
    return unmarshal((await ask<CreateResponse>((done) => this.client.create(request, done))).getProperties())
      .values;
  }

  async create(inputs: Values, secrets: readonly string[] = []): Promise<this> {
    const request = new messages.CreateRequest();
    request.setUrn(this.urn);
    request.setProperties(marshal(inputs, secrets));
    const response = await ask<CreateResponse>((done) => this.client.create(request, done));
    const properties = unmarshal(response.getProperties());
    Object.assign(this, {
      id: response.getId(),
      inputs,
      outputs: properties.values,
      secrets: properties.secrets,
    });
    return this;
  }

  async update(inputs: Values): Promise<this> {
    const request = new messages.UpdateRequest();
    request.setUrn(this.urn);
    request.setId(this.id);
    request.setOlds(marshal(this.outputs));
    request.setOldInputs(marshal(this.inputs));
    request.setNews(marshal(inputs));
    const response = await ask<UpdateResponse>((done) => this.client.update(request, done));
    Object.assign(this, { inputs, outputs: unmarshal(response.getProperties()).values });
    return this;
  }

  /** What a refresh sees; undefined when it is gone. */
  async read(): Promise<{ inputs: Values; outputs: Values } | undefined> {
    const request = new messages.ReadRequest();
    request.setUrn(this.urn);
    request.setId(this.id);
    request.setProperties(marshal(this.outputs));
    request.setInputs(marshal(this.inputs));
    const response = await ask<ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === "") return undefined;
    return {
      inputs: unmarshal(response.getInputs()).values,
      outputs: unmarshal(response.getProperties()).values,
    };
  }

  /** What an import by that id brings; undefined when there is none. */
  async import(id: string): Promise<{ id: string; inputs: Values; outputs: Values } | undefined> {
    const request = new messages.ReadRequest();
    request.setUrn(this.urn);
    request.setId(id);
    const response = await ask<ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === "") return undefined;
    const found = {
      id: response.getId(),
      inputs: unmarshal(response.getInputs()).values,
      outputs: unmarshal(response.getProperties()).values,
    };
    Object.assign(this, found);
    return found;
  }

  async delete(): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(this.urn);
    request.setId(this.id);
    request.setProperties(marshal(this.outputs));
    await ask<Empty>((done) => this.client.delete(request, done));
  }
}
