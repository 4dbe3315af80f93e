import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { answerLookUp } from "./look-ups.ts";

/** A resource as the program declares it to the engine. */
export interface DeclaredResource {
  /** Identifies it within the stack, as the engine's URN does. */
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the component that it belongs to; empty for the stack itself. */
  readonly parent: string;
  /** False for components, which exist in the program alone. */
  readonly custom: boolean;
  /** As sent: secrets and unknown values in the engine's own marking. */
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

/**
 * Runs a program as in a preview, with nobody to ask: no engine, no provider, no network. What only a provider knows
 * stays unknown.
 */
export async function recordProgram(
  project: string,
  stack: string,
  program: () => Promise<unknown>,
): Promise<DeclaredResource[]> {
  const declared: DeclaredResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ inputs }) => ({ id: undefined, state: inputs as Record<string, unknown> }),
      call: ({ token, inputs }) => answerLookUp(token, inputs as Record<string, unknown>),
    },
    project,
    stack,
    true,
    "organization",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (
        response &&
        request.getType() !== "pulumi:pulumi:Stack" &&
        !request.getType().startsWith("pulumi:providers:")
      ) {
        declared.push(describe(response.getUrn(), request));
      }
      callback(error, response);
    });
  // What the program throws would also reject promises of the SDK's own, which nobody waits for.
  let failure: { readonly error: unknown } | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program();
    } catch (error) {
      failure = { error };
    }
  });
  await pulumi.runtime.disconnect();
  if (failure) throw failure.error;
  return declared.sort((left, right) => (left.urn < right.urn ? -1 : 1));
}

interface Monitor {
  registerResource(
    request: RegisterResourceRequest,
    callback: (error: Error | null, response: { getUrn(): string } | undefined) => void,
  ): Promise<void>;
}

function describe(urn: string, request: RegisterResourceRequest): DeclaredResource {
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
  };
}
