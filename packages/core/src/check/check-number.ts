import { rangeError, typeError } from '../errors.ts'
import { described } from './described.ts'

/** Where a number must lie: `least` and `most` are allowed themselves, `above` and `below` are not. */
export interface Bounds {
  readonly least?: number
  readonly above?: number
  readonly most?: number
  readonly below?: number
}

/** Arguments by name: a number, or several, of which each is checked and named by its index. */
export type NumberArguments = Readonly<Record<string, number | ArrayLike<number>>>

/**
 * Refuses what is no finite number within bounds; `most: Infinity` lets infinity pass.
 *
 *   checkNumber('binaryNceLoss', { noiseRatio }, { above: 0 })
 *   // binaryNceLoss: noiseRatio must be a finite number above 0, got -1
 *
 * @throws TypeError for what is no number; RangeError for NaN, an infinity, and a number out of bounds
 */
export function checkNumber(where: string, values: NumberArguments, bounds: Bounds = {}): void {
  const { least, above, most, below } = bounds
  const enclosed = (least ?? above) !== undefined && (most ?? below) !== undefined
  const finite = most === Number.POSITIVE_INFINITY ? (value: number) => !Number.isNaN(value) : Number.isFinite
  checkEach(where, values, bounds, enclosed ? 'a number' : 'a finite number', finite)
}

/**
 * Refuses what is no safe integer within bounds.
 *
 *   checkInteger('langevin', { steps, thin }, { least: 1 })
 *   // langevin: thin must be an integer of at least 1, got 0.5
 *
 * @throws TypeError for what is no number; RangeError for a number that is no safe integer or out of bounds
 */
export function checkInteger(where: string, values: NumberArguments, bounds: Bounds = {}): void {
  const { above, below } = bounds
  // Of integers every bound can be said by the last one allowed.
  const { least = above === undefined ? undefined : Math.floor(above) + 1 } = bounds
  const { most = below === undefined ? undefined : Math.ceil(below) - 1 } = bounds
  checkEach(where, values, { least, most }, 'an integer', Number.isSafeInteger)
}

function checkEach(
  where: string,
  values: NumberArguments,
  bounds: Bounds,
  noun: string,
  isOne: (value: number) => boolean,
): void {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = bounds
  // A comparison with NaN never holds: a bound that is absent refuses nothing.
  const { above = Number.NaN, below = Number.NaN } = bounds
  const fits = (value: number) =>
    isOne(value) && value >= least && value <= most && !(value <= above) && !(value >= below)
  for (const [argument, value] of Object.entries(values)) {
    const several = typeof value === 'object' && value !== null && 'length' in value
    const numbers = several ? value : [value]
    for (let i = 0; i < numbers.length; i++) {
      if (typeof numbers[i] === 'number' && fits(numbers[i])) continue
      const refuse = typeof numbers[i] === 'number' ? rangeError : typeError
      const name = several ? `${argument}[${i}]` : argument
      throw refuse(where, name, `${noun}${within(bounds)}`, described(numbers[i]))
    }
  }
}

/** The bounds in words. */
function within({ least, above, most, below }: Bounds): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${worded(most)}`
  const lower = least !== undefined ? ` of at least ${least}` : above !== undefined ? ` above ${above}` : ''
  const upper = most !== undefined ? `at most ${worded(most)}` : below !== undefined ? `below ${below}` : ''
  if (upper === '') return lower
  return lower === '' ? ` ${upper}` : `${lower} and ${upper}`
}

function worded(bound: number): string {
  return bound === Number.POSITIVE_INFINITY ? '∞' : String(bound)
}
