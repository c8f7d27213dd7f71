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
  const isOne = most === Number.POSITIVE_INFINITY ? isNumber : Number.isFinite
  checkEach(where, values, bounds, enclosed ? 'a number' : 'a finite number', isOne)
}

const isNumber = (value: number) => !Number.isNaN(value)

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
  for (const argument of Object.keys(values)) {
    const value = values[argument]
    const several = typeof value === 'object' && value !== null && 'length' in value
    const count = several ? value.length : 1
    for (let i = 0; i < count; i++) {
      const one = several ? value[i] : value
      if (typeof one === 'number' && isOne(one) && lies(one, bounds)) continue
      const refuse = typeof one === 'number' ? rangeError : typeError
      const name = several ? `${argument}[${i}]` : argument
      throw refuse(where, name, `${noun}${within(bounds)}`, described(one))
    }
  }
}

/** Whether a number is within the bounds; one that is absent refuses nothing. */
function lies(value: number, { least, above, most, below }: Bounds): boolean {
  return (
    !(least !== undefined && value < least) &&
    !(most !== undefined && value > most) &&
    !(above !== undefined && value <= above) &&
    !(below !== undefined && value >= below)
  )
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
