import type { R2Bucket } from "../../state/model.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { refusalOf } from "./checked.ts";
import { failure, success } from "./envelope.ts";

export const readsR2 = ["Workers R2 Storage Read", "Workers R2 Storage Write"] as const;
export const writesR2 = "Workers R2 Storage Write";

/** The jurisdiction that a request is about: a bucket of another one does not exist for it. */
export const jurisdictionOf = (request: { header(name: string): string | undefined }): string =>
  request.header("cf-r2-jurisdiction") ?? "default";

export const noBucket = () => failure(404, 10006, "The specified bucket does not exist.");

const describe = ({ name, creationDate, location, jurisdiction, storageClass }: R2Bucket) => ({
  name,
  creation_date: creationDate,
  location: location.toUpperCase(),
  jurisdiction,
  storage_class: storageClass,
});

/** Buckets of R2. Their list has no numbered pages: each tells a cursor for the next. */
export function addBucketRoutes({ app, store, allows }: CloudflareApi): void {
  const buckets = store.collection("r2Buckets");
  const accounts = store.collection("accounts");

  app.use("/client/v4/accounts/:account/r2/*", async (_context, next) => {
    if (accounts.get("accounts")?.cloudflare.r2Enabled === false)
      return failure(403, 10042, "Please enable R2 through the Cloudflare Dashboard.");
    return next();
  });

  app.get("/client/v4/accounts/:account/r2/buckets", allows(...readsR2), ({ req }) => {
    const { cursor, name_contains: part = "", per_page: size = "20" } = req.query();
    const perPage = Number(size);
    if (!Number.isInteger(perPage) || perPage < 1 || perPage > 1_000)
      return failure(400, 10028, "per_page must be 1 to 1000");
    const after = cursor ? Buffer.from(cursor, "base64url").toString() : "";
    const matching = buckets
      .list()
      .filter(({ jurisdiction }) => jurisdiction === jurisdictionOf(req))
      .filter(({ name }) => name.includes(part) && name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const shown = matching.slice(0, perPage);
    const last = matching.length > perPage ? shown.at(-1) : undefined;
    return success(
      { buckets: shown.map(describe) },
      { per_page: perPage, ...(last && { cursor: Buffer.from(last.name).toString("base64url") }) },
    );
  });

  app.post("/client/v4/accounts/:account/r2/buckets", allows(writesR2), async ({ req }) => {
    const { name, locationHint, storageClass = "Standard" } = await body(req.raw);
    const jurisdiction = jurisdictionOf(req);
    const accountId = req.param("account");
    const inputs = { accountId, name, jurisdiction, location: locationHint, storageClass };
    const refusal = refusalOf(store, "cloudflare:index/r2Bucket:R2Bucket", inputs);
    if (refusal) return refusal;
    const key = `${accountId}/${jurisdiction}/${String(name)}`;
    if (buckets.get(key))
      return failure(409, 10004, "The bucket you tried to create already exists, and you own it.");
    const bucket: R2Bucket = {
      urn: "",
      accountId,
      name: String(name),
      jurisdiction,
      location: String(locationHint ?? "weur"),
      storageClass: String(storageClass),
      creationDate: new Date().toISOString(),
    };
    buckets.put(key, bucket);
    return success(describe(bucket));
  });

  app.get("/client/v4/accounts/:account/r2/buckets/:bucket", allows(...readsR2), ({ req }) => {
    const { account, bucket } = req.param();
    const found = buckets.get(`${account}/${jurisdictionOf(req)}/${bucket}`);
    return found ? success(describe(found)) : noBucket();
  });
}
