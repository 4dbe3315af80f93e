/** Does it at the first call; every further one gets the same, its failure too: several checks ask for one thing. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= work());
}
