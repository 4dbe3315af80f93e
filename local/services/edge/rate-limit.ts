import { evaluate, parseExpression } from "../../../catalog/rules-language/index.ts";
import type { Expression, RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Ruleset } from "../../state/model.ts";
import { mitigationOf } from "./mitigation.ts";
import type { Mitigation } from "./mitigation.ts";
import { numberOf, objectAt, stringsOf } from "./parameters.ts";
import { rulesOf } from "./phase.ts";
import type { CompiledRule } from "./phase.ts";

/** Counters kept at most; the oldest go first. */
const maxCounters = 100_000;

/** Requests in the running period and in the one before it. */
interface Counter {
  /** Which period since 1970. */
  period: number;
  current: number;
  previous: number;
  /** Held off until then, milliseconds. */
  blockedUntil: number;
}

/**
 * A zone's rate-limit rules (phase `http_ratelimit`), counted in the one data centre there is. The rate is Cloudflare's
 * sliding window: the share of the previous period that the last `period` seconds still cover, plus the current one.
 * https://blog.cloudflare.com/counting-things-a-lot-of-different-things/
 */
export class RateLimiter {
  readonly #counters = new Map<string, Counter>();
  readonly #counting = new Map<string, Expression>();

  /** Counts the request, and says how it is answered if it is one too many. */
  check(ruleset: Ruleset | undefined, request: RuleRequest): Mitigation | undefined {
    for (const rule of rulesOf(ruleset)) {
      const settings = objectAt(rule.rule.ratelimit);
      const applies = evaluate(rule.expression, request);
      const counter = this.#counter(rule, request);
      if (applies && request.time < counter.blockedUntil) return this.#refuse(rule, counter, request.time);
      const counts = settings.requestsToOrigin !== true && this.#counts(rule, applies, request);
      if (counts && this.#add(rule, counter, request.time) && applies) {
        const mitigation = this.#refuse(rule, counter, request.time);
        if (mitigation) return mitigation;
      }
    }
    return undefined;
  }

  /** Counts a request that was not answered from the cache, for rules that count only those. */
  countOrigin(ruleset: Ruleset | undefined, request: RuleRequest): void {
    for (const rule of rulesOf(ruleset)) {
      if (objectAt(rule.rule.ratelimit).requestsToOrigin !== true) continue;
      const applies = evaluate(rule.expression, request);
      if (this.#counts(rule, applies, request)) this.#add(rule, this.#counter(rule, request), request.time);
    }
  }

  #counts({ rule }: CompiledRule, applies: boolean, request: RuleRequest): boolean {
    const text = objectAt(rule.ratelimit).countingExpression;
    if (typeof text !== "string" || text === "") return applies;
    const expression = this.#counting.get(text) ?? parseExpression(text);
    this.#counting.set(text, expression);
    return evaluate(expression, request);
  }

  #counter({ rule, id }: CompiledRule, request: RuleRequest): Counter {
    const characteristics = stringsOf(objectAt(rule.ratelimit).characteristics);
    const key = [id, ...characteristics.map((name) => characteristic(name, request))].join("\n");
    const known = this.#counters.get(key);
    if (known) return known;
    const counter: Counter = { period: 0, current: 0, previous: 0, blockedUntil: 0 };
    this.#counters.set(key, counter);
    if (this.#counters.size > maxCounters) this.#counters.delete(this.#counters.keys().next().value!);
    return counter;
  }

  /** Adds one; true when that is more than the rule allows. */
  #add({ rule }: CompiledRule, counter: Counter, time: number): boolean {
    const settings = objectAt(rule.ratelimit);
    const length = (numberOf(settings.period) ?? 10) * 1000;
    const period = Math.floor(time / length);
    if (period !== counter.period) {
      counter.previous = period === counter.period + 1 ? counter.current : 0;
      counter.current = 0;
      counter.period = period;
    }
    const remaining = 1 - (time % length) / length;
    const limit = numberOf(settings.requestsPerPeriod) ?? Infinity;
    if (counter.current + 1 + counter.previous * remaining <= limit) {
      counter.current++;
      return false;
    }
    const timeout = (numberOf(settings.mitigationTimeout) ?? 0) * 1000;
    if (timeout > 0) Object.assign(counter, { blockedUntil: time + timeout, current: 0, previous: 0 });
    return true;
  }

  #refuse({ rule }: CompiledRule, counter: Counter, time: number): Mitigation | undefined {
    const mitigation = mitigationOf(rule, 429, "Error 1015: you are being rate limited.");
    const seconds = Math.max(1, Math.ceil((counter.blockedUntil - time) / 1000));
    return (
      mitigation && { ...mitigation, headers: { ...mitigation.headers, "retry-after": String(seconds) } }
    );
  }
}

/** What requests are counted by. Whatever is not known here counts all requests together. */
function characteristic(name: string, request: RuleRequest): string {
  const header = /^http\.request\.headers\["([^"]+)"\]$/.exec(name)?.[1];
  if (header) return (request.headers.get(header) ?? []).join(",");
  switch (name) {
    case "ip.src":
      return request.ip;
    case "http.host":
      return request.host;
    case "http.request.uri.path":
      return request.path;
    default:
      return "";
  }
}
