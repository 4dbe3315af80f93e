import { VendorRefusal } from "../../vendors/refusal.ts";
import { existingAnswer } from "../conflict.ts";
import { fail, ok, warn, type Answer, type Check } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { inJurisdiction } from "./access.ts";

const notEnabled = "10042";
const bucketType = "cloudflare:index/r2Bucket:R2Bucket";
const domainType = "cloudflare:index/r2CustomDomain:R2CustomDomain";

/** Whether there can be a bucket behind the media host. */
export const r2Checks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "R2",
    run: async ({ settings, cloudflare }) => {
      try {
        const buckets = await cloudflare.buckets();
        return ok(`enabled; buckets: ${buckets.length}`);
      } catch (error) {
        if (!(error instanceof VendorRefusal && error.code === notEnabled)) throw error;
        return fail(
          "R2 is not enabled in the account",
          `Enable it at https://dash.cloudflare.com/${settings.cloudflare.accountId}/r2 (it asks for a payment method; 10 GB are free).`,
        );
      }
    },
  },
  {
    area: "Cloudflare",
    what: "bucket",
    run: async (subject) => {
      subject.named("lavlay:media.bucket");
      const { settings, cloudflare } = subject;
      const { bucket } = settings.media;
      if (!(await cloudflare.buckets()).includes(bucket)) return ok(`the name ${bucket} is free`);
      return existingAnswer(subject, {
        type: bucketType,
        known: { name: bucket },
        name: `the bucket ${bucket}`,
        orElse: "name another one under lavlay:media.bucket.",
      });
    },
  },
  { area: "Cloudflare", what: "media host", run: mediaHost },
];

interface CustomDomain {
  readonly domain: string;
  readonly status?: { readonly ownership?: string; readonly ssl?: string };
}

async function mediaHost(subject: Subject): Promise<Answer> {
  subject.named("lavlay:media.bucket", "lavlay:domain");
  const { settings, cloudflare } = subject;
  const { bucket: own, host } = settings.media;
  const { client } = await cloudflare.token.alive();
  const connected = await Promise.all(
    (await cloudflare.buckets()).map(async (bucket) => {
      const { domains = [] } = await client.call<{ domains?: readonly CustomDomain[] }>(
        `/accounts/${settings.cloudflare.accountId}/r2/buckets/${bucket}/domains/custom`,
        { headers: inJurisdiction(settings.media) },
      );
      return domains.filter(({ domain }) => domain === host).map((domain) => ({ bucket, ...domain }));
    }),
  );
  const [found] = connected.flat();
  if (!found) return ok(`${host} leads to no bucket yet`);
  if (found.bucket !== own) {
    return fail(
      `${host} is connected to the bucket ${found.bucket}, and a host leads to one bucket`,
      `Disconnect it there (R2, ${found.bucket}, Settings, Custom Domains), or set lavlay:media.bucket to ${found.bucket}, or lavlay:media.host to another label.`,
    );
  }
  const { ownership = "active", ssl = "active" } = found.status ?? {};
  if (ownership !== "active" || ssl !== "active") {
    return warn(
      `${host} is connected to ${own}, but its ownership is ${ownership} and its certificate ${ssl}`,
      `Look at R2, ${own}, Settings, Custom Domains, and retry the connection there.`,
    );
  }
  return existingAnswer(subject, {
    type: domainType,
    known: { domain: host },
    name: `the connection of ${host} to ${own}`,
    orElse: `disconnect it (R2, ${own}, Settings, Custom Domains).`,
  });
}
