/**
 * The SDK's own server for dynamic resources, kept running beside the daemon: the engine attaches to it instead of
 * starting one at each preview. It prints its port, and ends with the daemon, whose pipe is its standard input.
 */
import grpc from "@grpc/grpc-js";
import protobuf from "google-protobuf/google/protobuf/empty_pb.js";

process.stdin.on("end", () => process.exit(0)).resume();

// Being attached to is the one thing that the SDK's server does not know: it has nothing to do then.
const { addService } = grpc.Server.prototype;
grpc.Server.prototype.addService = function (service, implementation) {
  implementation.attach = (_call, callback) => callback(null, new protobuf.Empty());
  return addService.call(this, service, implementation);
};
await import("@pulumi/pulumi/cmd/dynamic-provider/index.js");
