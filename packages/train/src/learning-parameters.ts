import { conflictError, type Parameters, rangeError } from '@chiaro/core'
import type { FitOptions } from './fit-options.ts'

/**
 * The parameters that are not frozen.
 *
 * @throws RangeError for a factor that is no finite number of at least 0; ChiaroError ('argument-conflict') where all are frozen
 */
export function learningOf<B>({ parameters, rateFactor }: FitOptions<B>): Parameters {
  if (rateFactor === undefined) return parameters
  const learning = Object.entries(parameters).filter(([name]) => {
    const factor = rateFactor(name)
    if (factor >= 0 && factor < Number.POSITIVE_INFINITY) return factor > 0
    throw rangeError('fit', `rateFactor("${name}")`, 'a finite number of at least 0', String(factor))
  })
  if (learning.length > 0) return Object.fromEntries(learning)
  throw conflictError('fit', 'rateFactor', 'rateFactor must leave a parameter to learn, got 0 for all')
}
