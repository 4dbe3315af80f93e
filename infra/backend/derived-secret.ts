import { scryptSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * A secret that two parts of a stack share and no person needs to know: the same at every update, another after the
 * password has changed, and slow to guess the password from.
 * @param purpose one secret each
 */
export function derivedSecret(password: pulumi.Output<string>, purpose: string): pulumi.Output<string> {
  return pulumi.secret(
    password.apply((text) => scryptSync(text, `lavlay ${purpose}`, 32).toString("base64")),
  );
}
