import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config("supabase");

/** Personal access token of the Management API. */
export const accessToken: string | undefined = config.get("accessToken");
/** Base URL of the Management API. */
export const endpoint: string | undefined = config.get("endpoint");
