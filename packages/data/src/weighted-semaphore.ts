/** Runs what is given to it, each with its weight, in its order. */
export type WeightedSemaphore = <T>(weight: number, work: () => Promise<T>) => Promise<T>

/**
 * A semaphore that lets so much in at a time that the weights together stay within `most`; what alone is heavier waits
 * until nothing else runs.
 */
export function weightedSemaphore(most: number): WeightedSemaphore {
  const waiting: { readonly weight: number; readonly enter: () => void }[] = []
  let [inside, weightInside] = [0, 0]
  const admit = () => {
    while (waiting.length > 0 && (inside === 0 || weightInside + waiting[0].weight <= most)) {
      const { weight, enter } = waiting.shift() as (typeof waiting)[number]
      inside += 1
      weightInside += weight
      enter()
    }
  }
  return async (weight, work) => {
    await new Promise<void>(enter => {
      waiting.push({ weight, enter })
      admit()
    })
    try {
      return await work()
    } finally {
      inside -= 1
      weightInside -= weight
      admit()
    }
  }
}
