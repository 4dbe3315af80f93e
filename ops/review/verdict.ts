import { needsEye } from "./changes.ts";
import type { StackReview } from "./stack-review.ts";

/** Why a reviewer should look at a stack's change; nothing where it is safe. */
export function reasonsToLook(review: StackReview): string[] {
  const { changes, sql, cost, refused, refusedBefore, policies } = review;
  const files = [...sql.undone, ...sql.added];
  const statements = files.flatMap((file) => file.statements);
  const count = (some: readonly unknown[], one: string, several: string) =>
    some.length === 0 ? [] : [some.length === 1 ? one : `${some.length} ${several}`];
  const lossy = changes.filter(({ loss }) => loss?.of === "data");
  const unprotected = changes.filter(({ loss }) => loss?.of === "protection");
  const disturbed = changes.filter(({ loss }) => loss?.of === "service");
  const others = changes.filter((change) => needsEye(change) && !change.loss);
  return [
    ...count(refused, "the stack is refused", "reasons to refuse the stack"),
    ...count(lossy, "a change loses data", "changes lose data"),
    ...count(unprotected, "a change takes protection away", "changes take protection away"),
    ...count(disturbed, "a change takes a service away", "changes take services away"),
    ...count(others, "a resource is replaced or deleted", "resources are replaced or deleted"),
    ...count(
      sql.edited,
      "SQL that may be applied was edited",
      "files of SQL that may be applied were edited",
    ),
    ...count(
      files.flatMap(({ problems }) => problems),
      "SQL is refused",
      "statements of SQL are refused",
    ),
    ...count(
      statements.filter(({ blocks }) => blocks),
      "a statement keeps others waiting",
      "statements keep others waiting",
    ),
    ...count(
      statements.filter(({ loses }) => loses),
      "a statement deletes data",
      "statements delete data",
    ),
    ...count(policies, "a policy is broken", "policies are broken"),
    ...(cost.after?.budgetUsd !== undefined && cost.after.knownUsd > cost.after.budgetUsd
      ? ["the floor is above the budget"]
      : []),
    ...count(refusedBefore, "the base could not be planned", "reasons why the base could not be planned"),
    ...(review.existed && !review.exists ? ["the stack's YAML is gone"] : []),
  ];
}
