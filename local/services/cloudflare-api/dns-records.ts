import { createHash } from "node:crypto";
import { cloudflareId } from "../../providers/ids.ts";
import { conflictOf, isHost } from "../../providers/cloudflare/dns-conflict.ts";
import type { Model } from "../../state/model.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { refusalOf } from "./checked.ts";
import { failure, page, success } from "./envelope.ts";

const path = "/client/v4/zones/:zone/dns_records";

const describe = ({ urn: _urn, zoneId: _zoneId, comment, ...record }: Model["dnsRecords"]) => ({
  ...record,
  comment: comment ?? null,
  proxiable: isHost(record.type),
  tags: [],
  settings: {},
  meta: {},
});

/** Connecting a bucket makes a record, which is Cloudflare's own. */
const describeBucket = ({ bucket, domain }: Model["r2CustomDomains"]) => ({
  id: createHash("sha256").update(domain).digest("hex").slice(0, 32),
  name: domain,
  type: "CNAME",
  content: "public.r2.dev",
  proxied: true,
  ttl: 1,
  comment: null,
  proxiable: true,
  tags: [],
  settings: {},
  meta: { r2_bucket: bucket, read_only: true },
});

/** DNS records of a zone. */
export function addDnsRoutes({ app, store, allows }: CloudflareApi): void {
  const records = store.collection("dnsRecords");
  const reads = allows("DNS Read", "DNS Write");
  const writes = allows("DNS Write");
  const one = (zone: string, id: string) => {
    const found = records.get(id);
    return found?.zoneId === zone ? found : undefined;
  };
  const noRecord = () => failure(404, 81044, "Record does not exist.");

  /** Puts a record in place, where no other stands in its way. */
  const put = (zoneId: string, given: Record<string, unknown>, before?: Model["dnsRecords"]): Response => {
    const inputs = {
      zoneId,
      name: given["name"] ?? before?.name,
      type: given["type"] ?? before?.type,
      content: given["content"] ?? before?.content,
      ttl: given["ttl"] ?? before?.ttl ?? 1,
      proxied: given["proxied"] ?? before?.proxied ?? false,
      comment: (given["comment"] ?? before?.comment) || undefined,
    };
    const refusal = refusalOf(store, "cloudflare:index/dnsRecord:DnsRecord", inputs);
    if (refusal) return refusal;
    const record = {
      urn: before?.urn ?? "",
      id: before?.id ?? cloudflareId(),
      zoneId,
      name: String(inputs.name),
      type: String(inputs.type),
      content: String(inputs.content ?? ""),
      proxied: inputs.proxied === true,
      ttl: Number(inputs.ttl),
      ...(inputs.comment !== undefined && { comment: String(inputs.comment) }),
    };
    const conflict = conflictOf(record, records.list());
    if (conflict) return failure(400, conflict.code, conflict.message);
    records.put(record.id, record);
    return success(describe(record));
  };

  app.get(path, reads, ({ req }) => {
    const { name, type } = req.query();
    const ofZone = ({ zoneId }: { zoneId: string }) => zoneId === req.param("zone");
    const found = [
      ...records.list().filter(ofZone).map(describe),
      ...store.collection("r2CustomDomains").list().filter(ofZone).map(describeBucket),
    ].filter((record) => (name ?? record.name) === record.name && (type ?? record.type) === record.type);
    return page(found, req.url, 100);
  });
  app.post(path, writes, async ({ req }) => put(req.param("zone"), await body(req.raw)));
  app.get(`${path}/:id`, reads, ({ req }) => {
    const found = one(req.param("zone"), req.param("id"));
    return found ? success(describe(found)) : noRecord();
  });
  app.on(["PATCH", "PUT"], `${path}/:id`, writes, async ({ req }) => {
    const { zone = "", id = "" } = req.param() as Record<string, string>;
    const found = one(zone, id);
    return found ? put(zone, await body(req.raw), found) : noRecord();
  });
  app.delete(`${path}/:id`, writes, ({ req }) => {
    const { zone, id } = req.param();
    if (!one(zone, id)) return noRecord();
    records.delete(id);
    return success({ id });
  });
}
