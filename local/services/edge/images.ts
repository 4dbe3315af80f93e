import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { cacheSettings } from "./cache-settings.ts";
import { ImageError, readImageRequest } from "./image-options.ts";
import { imageErrorAnswer, preferredFormat, transformImage } from "./image-transform.ts";
import { Transformations } from "./image-usage.ts";
import type { Found, LookUp } from "./look-up.ts";
import { firewall } from "./mitigation.ts";
import type { OriginAnswer } from "./origin.ts";
import { phasesOf } from "./phase.ts";

/** Seconds that a transformed picture is kept at least. */
const leastImageTtl = 3600;

export interface ImageOrigin {
  readonly store: Store;
  readonly lookUp: LookUp;
  /** The picture that another is made of: a bucket's object. */
  readonly stored: (domain: Model["r2CustomDomains"], request: RuleRequest) => Promise<Found>;
}

/** Pictures made of others, for requests of a zone: both are kept, and purged with the other. */
export function transformedImages({
  store,
  lookUp,
  stored,
}: ImageOrigin): (zoneId: string, request: RuleRequest) => Promise<Found> {
  const domains = store.collection("r2CustomDomains");
  const transformations = new Transformations();

  return async (zoneId, request) => {
    const phase = phasesOf(store, zoneId);
    const settingsOf = (each: RuleRequest) => cacheSettings(phase("http_request_cache_settings"), each);
    try {
      const { options, source } = readImageRequest(request);
      const domain = domains.get(source.host);
      if (!domain?.enabled || domain.zoneId !== zoneId) {
        throw new ImageError(9407, 502, `${source.host} is no media host of this zone.`);
      }
      // Rules are run for the source too.
      if (firewall(phase("http_request_firewall_custom"), source)) {
        throw new ImageError(9408, 403, "A firewall rule refuses the source.");
      }
      const settings = settingsOf(source);
      const format = preferredFormat(options, request.headers.get("accept")?.join() ?? "");
      const key = [settings.key, JSON.stringify(options), format].join("\n");
      const make = async (): Promise<OriginAnswer> => {
        try {
          transformations.take(key, request.time);
          return await transformImage((await stored(domain, source)).answer, options, format);
        } catch (error) {
          return imageErrorAnswer(error);
        }
      };
      const kept = { ...settings, key, eligibility: "eligible", leastTtl: leastImageTtl } as const;
      const found = await lookUp(source, kept, make);
      const answer =
        options.redirectOnError && found.answer.status >= 400
          ? { ...found.answer, status: 302, headers: { ...found.answer.headers, location: source.path } }
          : found.answer;
      return { ...found, answer, settings };
    } catch (error) {
      return { answer: imageErrorAnswer(error), status: "DYNAMIC", settings: settingsOf(request) };
    }
  };
}
