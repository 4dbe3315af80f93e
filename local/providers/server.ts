import grpc from "@grpc/grpc-js";
import grpcProtocol from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckFailure } from "@pulumi/pulumi/proto/provider_pb.js";
import protobuf from "google-protobuf/google/protobuf/empty_pb.js";
import { formatProblem, RefusedError, type Problem } from "../../catalog/problem.ts";
import { VendorError } from "./behaviour.ts";
import type { Change } from "./diff.ts";
import { marshal, unmarshal } from "./marshal.ts";
import type { Provider } from "./provider.ts";

/** How the engine knows a provider's plugin. */
export interface Plugin {
  /** Name in `PULUMI_DEBUG_PROVIDERS`. */
  readonly name: string;
  /** Version that the SDK asks for: another one makes the engine warn. */
  readonly version: string;
  /** Set when the plugin becomes another package by its parameters. */
  readonly parameterized?: { readonly name: string; readonly version: string };
}

/** Serves a provider to the engine on a free port of 127.0.0.1. Translates the protocol and nothing else. */
export async function serveProvider(
  provider: Provider,
  plugin: Plugin,
): Promise<{ port: number; close: () => void }> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": 400 << 20,
    "grpc.max_send_message_length": 400 << 20,
  });
  server.addService(grpcProtocol.ResourceProviderService, implementation(provider, plugin));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

function implementation(provider: Provider, plugin: Plugin): grpc.UntypedServiceImplementation {
  /** A method that answers or throws. */
  const unary =
    <Request, Response>(answer: (request: Request) => Response | Promise<Response>) =>
    (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
      Promise.resolve()
        .then(() => answer(call.request))
        .then((response) => callback(null, response))
        .catch((error: unknown) => callback(asStatus(error, provider.context.log)));
    };
  const unimplemented = (_call: unknown, callback: grpc.sendUnaryData<never>): void =>
    callback({ code: grpc.status.UNIMPLEMENTED, details: "not implemented by the local target" });
  const empty = unary(() => new protobuf.Empty());

  return {
    handshake: unary(() => {
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    }),
    parameterize: unary((request: InstanceType<typeof messages.ParameterizeRequest>) => {
      const { parameterized } = plugin;
      const name = request.getValue()?.getName() ?? parameterized?.name;
      // Not by version: the engine names the package's at first and, from the state, the plugin's.
      if (!parameterized || name !== parameterized.name) {
        const known = parameterized ? `${parameterized.name} ${parameterized.version}` : "none";
        throw new VendorError(`${plugin.name} knows no package ${name}; the local target has ${known}.`);
      }
      const response = new messages.ParameterizeResponse();
      response.setName(parameterized.name);
      response.setVersion(parameterized.version);
      return response;
    }),
    getSchema: unary(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: unary((request: InstanceType<typeof messages.CheckRequest>) => {
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      response.setFailuresList(failures(provider.checkConfig(unmarshal(request.getNews()).values)));
      return response;
    }),
    diffConfig: unary(() => new messages.DiffResponse()),
    configure: unary(() => {
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    invoke: unary(async (request: InstanceType<typeof messages.InvokeRequest>) => {
      const { answer, secrets } = await provider.invoke(
        request.getTok(),
        unmarshal(request.getArgs()).values,
      );
      const response = new messages.InvokeResponse();
      response.setReturn(marshal(answer, secrets));
      return response;
    }),
    check: unary((request: InstanceType<typeof messages.CheckRequest>) => {
      const problems = provider.check(typeOf(request), unmarshal(request.getNews()).values);
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      response.setFailuresList(failures(problems));
      return response;
    }),
    diff: unary((request: InstanceType<typeof messages.DiffRequest>) => {
      const ignored = request.getIgnorechangesList();
      const { changes, deleteBeforeReplace } = provider.diff(
        { type: typeOf(request), urn: request.getUrn(), inputs: unmarshal(request.getNews()).values },
        unmarshal(request.getOlds()).values,
        unmarshal(request.getOldInputs()).values,
      );
      return diffResponse(
        changes.filter(({ path }) => !ignored.includes(path)),
        deleteBeforeReplace,
      );
    }),
    create: unary(async (request: InstanceType<typeof messages.CreateRequest>) => {
      const type = typeOf(request);
      const { values: inputs, secrets } = unmarshal(request.getProperties());
      const resource = { type, urn: request.getUrn(), inputs };
      const { id, outputs } = request.getPreview()
        ? { id: "", outputs: provider.forecast(resource) }
        : await provider.create(resource);
      const response = new messages.CreateResponse();
      response.setId(id);
      response.setProperties(marshal(outputs, [...secrets, ...provider.secretOutputs(type)]));
      return response;
    }),
    read: unary((request: InstanceType<typeof messages.ReadRequest>) => {
      const type = typeOf(request);
      const { values: inputs, secrets } = unmarshal(request.getInputs());
      const state = unmarshal(request.getProperties());
      const found = provider.read({ type, urn: request.getUrn(), inputs }, request.getId(), state.values);
      const response = new messages.ReadResponse();
      if (!found) return response;
      const secret = [...secrets, ...state.secrets, ...provider.secretOutputs(type)];
      response.setId(found.id);
      response.setInputs(marshal(found.inputs, secret));
      response.setProperties(marshal(found.outputs, secret));
      return response;
    }),
    update: unary(async (request: InstanceType<typeof messages.UpdateRequest>) => {
      const type = typeOf(request);
      const { values: inputs, secrets } = unmarshal(request.getNews());
      const state = unmarshal(request.getOlds()).values;
      const resource = { type, urn: request.getUrn(), inputs };
      const outputs = request.getPreview()
        ? provider.forecast(resource, state)
        : await provider.update(resource, request.getId(), state);
      const response = new messages.UpdateResponse();
      response.setProperties(marshal(outputs, [...secrets, ...provider.secretOutputs(type)]));
      return response;
    }),
    delete: unary(async (request: InstanceType<typeof messages.DeleteRequest>) => {
      const state = unmarshal(request.getProperties()).values;
      await provider.delete(typeOf(request), request.getUrn(), request.getId(), state);
      return new protobuf.Empty();
    }),
    getPluginInfo: unary(() => {
      const response = new pluginMessages.PluginInfo();
      response.setVersion(plugin.version);
      return response;
    }),
    cancel: empty,
    attach: empty,
    call: unimplemented,
    construct: unimplemented,
    getMapping: unimplemented,
    getMappings: unimplemented,
  };
}

/** A resource's type: what stands in its URN after its parents' types. */
function typeOf(request: { getUrn(): string }): string {
  return request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
}

function failures(problems: readonly Problem[]): CheckFailure[] {
  return problems.map((problem) => {
    const failure = new messages.CheckFailure();
    // The engine would print a named property's raw value as well; the problem says both, and better.
    failure.setReason(formatProblem(problem));
    return failure;
  });
}

function diffResponse(
  changes: readonly Change[],
  deleteBeforeReplace: boolean,
): InstanceType<typeof messages.DiffResponse> {
  const { Kind } = messages.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replace } of changes) {
    const detail = new messages.PropertyDiff();
    detail.setKind(kinds[kind][replace ? 1 : 0]);
    response.getDetaileddiffMap().set(path, detail);
  }
  const names = (chosen: readonly Change[]) => [
    ...new Set(chosen.map(({ path }) => path.split(/[.[]/)[0] ?? "")),
  ];
  response.setDiffsList(names(changes));
  const replacing = changes.filter(({ replace }) => replace);
  response.setReplacesList(names(replacing));
  response.setDeletebeforereplace(replacing.length > 0 && deleteBeforeReplace);
  return response;
}

/** What the engine prints: the vendor's words or ours, never a stack. */
function asStatus(error: unknown, log: (line: string) => void): Partial<grpc.StatusObject> {
  if (error instanceof VendorError || error instanceof RefusedError) {
    return { code: grpc.status.INVALID_ARGUMENT, details: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  log(`provider failed: ${error instanceof Error ? (error.stack ?? message) : message}`);
  return { code: grpc.status.UNKNOWN, details: `The local target failed: ${message}. Its log tells more.` };
}
