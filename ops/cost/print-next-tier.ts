import { formatAmount, formatNumber, formatSum } from "./amount.ts";
import { mostUsers, type Limit, type Move, type NextTier } from "./next-tier.ts";

/** When the next tier is due, in sentences. */
export function printNextTier({ to, floor, byCost, limits, move }: NextTier): string[] {
  const asMuch = "what is used beyond the included costs as much here";
  return [
    `Next tier, ${to}: its floor is ${formatSum(floor)}.`,
    byCost === undefined
      ? `  ${asMuch} at no number of users up to ${formatNumber(mostUsers)}`
      : `  from ${formatNumber(byCost)} users on ${asMuch}, without what is unknown`,
    ...limits.map(limitLine),
    move ? moveLine(move) : "  Nothing in this scenario asks for the move.",
  ];
}

function limitLine({ name, most, unit, users, raise }: Limit): string {
  const other = raise ? ` (${raise})` : "";
  return `  from ${formatNumber(users)} users on the limit of ${formatNumber(most)} ${unit} is passed: ${name}${other}`;
}

function moveLine({ users, because, hereUsd, thereUsd }: Move): string {
  const reason = because === "cost" ? "the cost" : `the limit of ${because.name}`;
  return (
    `  Move at ${formatNumber(users)} users, for ${reason}: floor and use are then ` +
    `${formatAmount(hereUsd)} here and ${formatAmount(thereUsd)} there, without what is unknown.`
  );
}
