import { ChiaroError, type RandomKey, rangeError } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import type { Best } from './checkpoint.ts'
import type { ExponentialMovingAverage } from './exponential-moving-average.ts'
import type { Validation } from './fit-options.ts'

/** Folded into the run's key for validation; no step has this number. */
const validationFold = -1

/**
 * Validates on the averaged weights where there are any.
 *
 * @throws RangeError when the metric that chooses the best is missing; ChiaroError ('non-finite') when it is not finite
 */
export async function validate(
  validation: Validation,
  step: number,
  key: RandomKey,
  ema: ExponentialMovingAverage | undefined,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const { metric } = validation
  const context = { step, key: foldIn(key, validationFold), signal }
  const run = async () => await validation.run(context)
  const values = ema === undefined ? await run() : await ema.withAverages(run)
  if (metric === undefined) return values
  if (!Object.hasOwn(values, metric)) {
    const names = Object.keys(values).join(', ')
    throw rangeError('fit', 'validation.metric', `one of the validation's numbers (${names})`, metric)
  }
  if (!Number.isFinite(values[metric])) {
    const message = `fit: validation's ${metric} must be finite, got ${values[metric]} at step ${step}`
    throw new ChiaroError('non-finite', message, 'validation')
  }
  return values
}

/** Whether the last `patience` validations up to a step brought nothing better: told by the best one's step alone, so that a resumed run knows. */
export function isStale(
  { every, patience }: Pick<Validation, 'every' | 'patience'>,
  step: number,
  best: Best | undefined,
): boolean {
  if (patience === undefined || best === undefined) return false
  return Math.floor(step / every) - Math.floor(best.step / every) >= patience
}

/** Strictly better than the best so far: of equal ones the first stays. */
export function improves(
  value: number,
  best: Best | undefined,
  wanted: Validation['best'] = 'highest',
): boolean {
  if (best === undefined) return true
  return wanted === 'highest' ? value > best.value : value < best.value
}
