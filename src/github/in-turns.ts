// Many calls of one kind, with a bound on how many are under way.

/** GitHub allows a hundred calls at once, and there are other readers. */
const MAX_CALLS_AT_ONCE = 80

/** In the order of the items. Nothing is begun any more once one has failed. */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>()
  const left = items.entries()
  let isOver = false
  const worker = async () => {
    try {
      for (const [index, item] of left) {
        if (isOver) return
        results.set(index, await work(item))
      }
    } finally {
      isOver = true
    }
  }
  await Promise.all(Array.from({ length: MAX_CALLS_AT_ONCE }, worker))
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
}
