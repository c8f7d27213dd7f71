/** Steps that are looked back at. */
const recent = 20

/**
 * Puts into words how long ranks wait, from what each has waited at each step: the one that waits least is the slowest, for
 * which the others wait.
 *
 * @returns such as "4 ranks wait 0.21 s a step for rank 2", of the last twenty steps: the longest wait
 */
export function waitsInWords(): (waited: readonly number[]) => string {
  const steps: (readonly number[])[] = []
  return waited => {
    steps.push(waited)
    if (steps.length > recent) steps.shift()
    const means = waited.map((_, rank) => steps.reduce((sum, one) => sum + one[rank], 0) / steps.length)
    const [longest, shortest] = [Math.max(...means), Math.min(...means)]
    const told = longest < 0.01 ? longest.toFixed(3) : longest.toPrecision(2)
    return `${waited.length} ranks wait ${told} s a step for rank ${means.indexOf(shortest)}`
  }
}
