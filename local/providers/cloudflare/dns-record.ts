import { leftOver, type Behaviour } from "../behaviour.ts";
import { cloudflareId } from "../ids.ts";
import { cloudflareImport } from "../import-id.ts";
import { accountProblems } from "./accounts.ts";
import { conflictOf, isHost } from "./dns-conflict.ts";
import { cloudflareError } from "./errors.ts";

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
      ...(inputs["comment"] !== undefined && { comment: String(inputs["comment"]) }),
    };
    const conflict = conflictOf(record, records.list());
    if (conflict) throw cloudflareError(conflict.code, conflict.message);
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
        proxiable: isHost(record.type),
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
  imported({ store }, id) {
    const [zoneId, recordId = ""] = cloudflareImport("<zone_id>/<dns_record_id>", id);
    const record = store.collection("dnsRecords").get(recordId);
    if (!record || record.zoneId !== zoneId) return undefined;
    const { urn: _urn, id: _id, ...properties } = record;
    const now = new Date().toISOString();
    return {
      id: recordId,
      outputs: {
        ...properties,
        createdOn: now,
        modifiedOn: now,
        commentModifiedOn: now,
        tagsModifiedOn: now,
        includeShadowMetadata: false,
        meta: "{}",
        proxiable: isHost(record.type),
        settings: {},
        tags: [],
      },
    };
  },
  remove({ store }, id) {
    store.collection("dnsRecords").delete(id);
  },
};
