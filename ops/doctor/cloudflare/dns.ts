import { cloudflarePlans } from "../../../catalog/entitlements/cloudflare.ts";
import type { StackState } from "../../stack-state.ts";
import type { CloudflareClient } from "../../vendors/cloudflare.ts";
import { existingAnswer } from "../conflict.ts";
import { about, fail, ok, warn, type Answer, type Check } from "../finding.ts";
import { ownResource } from "../own-resource.ts";
import { quotaAnswer } from "../quota.ts";
import type { Subject } from "../subject.ts";
import { zoneOrNot } from "./zone.ts";

interface DnsRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly content: string;
}

const recordType = "cloudflare:index/dnsRecord:DnsRecord";
const domainType = "cloudflare:index/r2CustomDomain:R2CustomDomain";
const balancerType = "cloudflare:index/loadBalancer:LoadBalancer";
/** A host has records of these kinds, or a CNAME alone. */
const leadSomewhere = ["A", "AAAA", "CNAME"];

/** Whether the stack's hosts lead elsewhere already, and whether there is room for its records. */
export const dnsChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "DNS",
    run: async (subject) => {
      subject.named("lavlay:cloudflare.zoneId", "lavlay:domain");
      const { settings, cloudflare, engine } = subject;
      const { client } = await cloudflare.token.alive();
      const hosts: [string, (found: readonly DnsRecord[]) => Promise<Answer>][] = [
        [settings.media.host, async (found) => mediaAnswer(subject, await engine.state(), found)],
        [settings.web.host, async (found) => webAnswer(subject, found)],
      ];
      const { loadBalancer } = settings;
      if (loadBalancer) {
        hosts.push([
          loadBalancer.host,
          async (found) => apiAnswer(await engine.state(), loadBalancer.host, found),
        ]);
      }
      return Promise.all(
        hosts.map(async ([host, answer]) => {
          const found = await recordsAt(client, settings.cloudflare.zoneId, host);
          return about(`DNS of ${host}`, found.length === 0 ? ok("leads nowhere yet") : await answer(found));
        }),
      );
    },
  },
  {
    area: "Cloudflare",
    what: "DNS records",
    run: async (subject) => {
      subject.named("lavlay:cloudflare.zoneId");
      const { settings, cloudflare } = subject;
      const { client } = await cloudflare.token.alive();
      const plan = cloudflarePlans[settings.plans.cloudflare];
      const { result_info: info } = await client.body<{ result_info?: { total_count?: number } }>(
        `/zones/${settings.cloudflare.zoneId}/dns_records`,
        { query: { per_page: 5 } },
      );
      await zoneOrNot(cloudflare.zone);
      const state = await subject.engine.state();
      const { resources } = await subject.planned();
      const coming = resources.filter(
        ({ type, inputs }) =>
          type === recordType && !ownResource(state, recordType, { name: inputs["name"] }),
      );
      return quotaAnswer({
        of: "DNS records",
        used: info?.total_count ?? 0,
        coming: coming.length,
        limit: plan.dnsRecords,
        plan: plan.label,
        fix: "Delete records that nobody needs in Cloudflare's dashboard, or take a larger plan for the zone.",
      });
    },
  },
];

async function recordsAt(
  client: CloudflareClient,
  zoneId: string,
  host: string,
): Promise<readonly DnsRecord[]> {
  const records = await client.list<DnsRecord>(`/zones/${zoneId}/dns_records`, { name: host });
  return records.filter(({ type, name }) => name === host && leadSomewhere.includes(type));
}

const shown = (records: readonly DnsRecord[]) =>
  records.map(({ type, content }) => `${type} ${content}`).join(", ");

/** Connecting the bucket makes the record, which is then Cloudflare's own. */
function mediaAnswer({ settings }: Subject, state: StackState, found: readonly DnsRecord[]): Answer {
  const { host } = settings.media;
  const records = shown(found);
  if (ownResource(state, domainType, { domain: host })) return ok(`leads to the stack's bucket (${records})`);
  if (found.every(({ content }) => content.endsWith(".r2.dev"))) return ok(`leads to a bucket (${records})`);
  return fail(
    `it leads elsewhere (${records}), so no bucket can be connected to it`,
    `Delete the record in Cloudflare's dashboard under DNS, or set lavlay:media.host to another label.`,
  );
}

async function webAnswer(subject: Subject, found: readonly DnsRecord[]): Promise<Answer> {
  const state = await subject.engine.state();
  const { host } = subject.settings.web;
  const foreign = found.find(({ id }) => !ownResource(state, recordType, { id }));
  const { type, content, id } = foreign ?? (found[0] as DnsRecord);
  return existingAnswer(subject, {
    type: recordType,
    known: { id },
    declaredAs: (inputs) => inputs["name"] === host,
    name: `the record ${type} ${host} → ${content}`,
    orElse: "delete it in Cloudflare's dashboard under DNS.",
  });
}

/** A load balancer goes before a record of the same host. */
function apiAnswer(state: StackState, host: string, found: readonly DnsRecord[]): Answer {
  if (ownResource(state, balancerType, { name: host })) return ok("leads to the stack's load balancer");
  return warn(
    `it leads elsewhere (${shown(found)}); the load balancer will go before that record`,
    "Whoever uses the host now will reach LavLay's API. Delete the record, or set lavlay:loadBalancer.host to another label.",
  );
}
