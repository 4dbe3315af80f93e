import type { Model } from "../../state/model.ts";

type DnsRecord = Model["dnsRecords"];

const hosts = ["A", "AAAA", "CNAME"];

/** Whether records of that type lead a host somewhere. */
export const isHost = (type: string): boolean => hosts.includes(type);

/** What Cloudflare says when a record stands in another's way: its code and its words; undefined when none does. */
export function conflictOf(
  record: DnsRecord,
  others: readonly DnsRecord[],
): { code: number; message: string } | undefined {
  for (const other of others) {
    if (other.id === record.id || other.zoneId !== record.zoneId || other.name !== record.name) continue;
    if (other.type === record.type && other.content === record.content) {
      return { code: 81058, message: `An identical record already exists: ${record.type} ${record.name}.` };
    }
    if (isHost(other.type) && isHost(record.type) && [other.type, record.type].includes("CNAME")) {
      return {
        code: 81053,
        message: `An A, AAAA, or CNAME record with the host ${record.name} already exists.`,
      };
    }
  }
  return undefined;
}
