import * as pulumi from "@pulumi/pulumi";
import { Parameterization, RegisterPackageRequest } from "@pulumi/pulumi/proto/resource_pb";
import metadata from "./package.json";

let packageReference: Promise<string | undefined> | undefined;

/**
 * The engine's reference to this package. It is a parameterized one: the engine runs the plugin `terraform-provider`
 * and tells it which Terraform provider to bridge. Registered once in a process.
 */
export function getPackage(): Promise<string | undefined> {
  return (packageReference ??= registerPackage());
}

function registerPackage(): Promise<string> {
  if (!pulumi.runtime.supportsParameterization()) {
    throw new Error("This Pulumi CLI knows no parameterized packages. Update it to 3.230 or newer.");
  }
  const { name, version, parameterization } = metadata.pulumi;
  const parameters = new Parameterization();
  parameters.setName(parameterization.name);
  parameters.setVersion(parameterization.version);
  parameters.setValue(parameterization.value);

  const request = new RegisterPackageRequest();
  request.setName(name);
  request.setVersion(version);
  request.setParameterization(parameters);

  const monitor = pulumi.runtime.getMonitor();
  return new Promise((resolve, reject) => {
    if (!monitor) return reject(new Error("No Pulumi engine is attached."));
    monitor.registerPackage(request, (error, response) => {
      if (error) reject(error);
      else resolve(response.getRef());
    });
  });
}

/** Version of the bridged provider, `1.10.1`. */
export function getVersion(): string {
  return metadata.version;
}

/** @internal */
export function resourceOptsDefaults(): { version: string } {
  return { version: getVersion() };
}

/** @internal */
export function isResource(obj: unknown, type: string): boolean {
  return typeof obj === "object" && obj !== null && "__pulumiType" in obj && obj.__pulumiType === type;
}

/** The first of these environment variables that is set and not empty. */
export function getEnv(...names: string[]): string | undefined {
  return names.map((name) => process.env[name]).find(Boolean);
}
