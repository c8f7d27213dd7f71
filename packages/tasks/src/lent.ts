import { ChiaroError } from '@chiaro/core'

/**
 * What can be done with a model that its owner may free at any time: calls under way end first, later ones are refused. So a
 * service can replace a model while it answers.
 *
 * @param where whose it is, for complaints
 * @param functions a promise that one of them gives is a call under way until it settles
 * @param free frees the model; called once
 */
export function lent<Functions extends object>(
  where: string,
  functions: Functions,
  free: () => void,
): Functions & { dispose(): void } {
  let underWay = 0
  let [disposed, freed] = [false, false]
  const freeWhenIdle = () => {
    if (!disposed || underWay > 0 || freed) return
    freed = true
    free()
  }
  const counted = Object.entries(functions).map(([name, call]) => [
    name,
    (...given: unknown[]) => {
      if (disposed) throw new ChiaroError('run', `${where}: ${name} must come before dispose, got after it`)
      const result = call(...given)
      if (!(result instanceof Promise)) return result
      underWay += 1
      return result.finally(() => {
        underWay -= 1
        freeWhenIdle()
      })
    },
  ])
  return {
    ...(Object.fromEntries(counted) as Functions),
    dispose() {
      disposed = true
      freeWhenIdle()
    },
  }
}
