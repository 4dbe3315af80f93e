import { leftOver, type Behaviour } from "../behaviour.ts";
import { cloudflareId } from "../ids.ts";
import { accountProblems } from "./accounts.ts";
import { cloudflareError } from "./errors.ts";

const hosts = ["A", "AAAA", "CNAME"];

/** A DNS record of the zone. */
export const dnsRecord: Behaviour = {
  token: "cloudflare:index/dnsRecord:DnsRecord",
  notImitated: [
    "DNS: records are stored and answer no query; `*.localhost` leads to this machine by itself",
    "the proxy in front of a record's own target: the edge serves R2 domains only",
  ],
  deleteBeforeReplace: true,
  changing: ["modifiedOn"],
  problems: accountProblems,
  apply({ store }, request) {
    const { inputs, urn, state } = request;
    const records = store.collection("dnsRecords");
    const found = request.id ? records.get(request.id) : leftOver(records.list(), request);
    const record = {
      urn,
      id: found?.id ?? request.id ?? cloudflareId(),
      zoneId: String(inputs["zoneId"]),
      name: String(inputs["name"]),
      type: String(inputs["type"]),
      content: String(inputs["content"] ?? ""),
      proxied: inputs["proxied"] === true,
      ttl: Number(inputs["ttl"]),
    };
    for (const other of records.list()) {
      if (other.id === record.id || other.zoneId !== record.zoneId || other.name !== record.name) continue;
      if (other.type === record.type && other.content === record.content) {
        throw cloudflareError(81058, `An identical record already exists: ${record.type} ${record.name}.`);
      }
      if (
        hosts.includes(other.type) &&
        hosts.includes(record.type) &&
        [other.type, record.type].includes("CNAME")
      ) {
        throw cloudflareError(
          81053,
          `An A, AAAA, or CNAME record with the host ${record.name} already exists.`,
        );
      }
    }
    records.put(record.id, record);
    const now = new Date().toISOString();
    return {
      id: record.id,
      outputs: {
        content: record.content,
        createdOn: state["createdOn"] ?? now,
        modifiedOn: now,
        commentModifiedOn: now,
        tagsModifiedOn: now,
        includeShadowMetadata: inputs["includeShadowMetadata"] ?? false,
        meta: "{}",
        proxiable: hosts.includes(record.type),
        settings: inputs["settings"] ?? {},
        tags: inputs["tags"] ?? [],
      },
    };
  },
  observe({ store }, id, state) {
    const record = store.collection("dnsRecords").get(id);
    if (!record) return undefined;
    const { urn: _urn, id: _id, ...properties } = record;
    return { ...state, ...properties };
  },
  remove({ store }, id) {
    store.collection("dnsRecords").delete(id);
  },
};
