/**
 * The least whole number from 1 to `most` for which `reached` holds; undefined where it holds for none. Once it holds
 * it must hold for every larger number.
 */
export function leastReaching(reached: (value: number) => boolean, most: number): number | undefined {
  if (!reached(most)) return undefined;
  let below = 0;
  let at = most;
  while (at - below > 1) {
    const middle = Math.floor((below + at) / 2);
    if (reached(middle)) at = middle;
    else below = middle;
  }
  return at;
}
