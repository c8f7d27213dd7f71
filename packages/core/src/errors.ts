/**
 * Every error Chiaro throws on purpose. They carry a stable `code` and the `argument` they speak of, and
 * their message reads "function: argument must be …, got …".
 *
 * A wrong type or shape is also a `TypeError` and a value out of range also a `RangeError`, so both
 * `catch (e) { e instanceof ChiaroError }` and the language's own habit work. The test is by brand, not by
 * constructor, so it holds when two copies of this package are loaded.
 */
import { noticeCopy } from './copies.ts'

export type ErrorCode =
  /** An argument has the wrong type, rank, shape or dtype. */
  | 'argument-type'
  /** An argument is of the right type, but its value is not allowed. */
  | 'argument-range'
  /** Options that exclude each other, or that need each other. */
  | 'argument-conflict'
  /** A file, a row or a record of the user's data can't be used. */
  | 'data'
  /** A loss, gradient or energy stopped being finite. */
  | 'non-finite'
  /** The backend can't do this, or isn't there. */
  | 'backend'
  /** The WASM heap is exhausted. */
  | 'out-of-memory'
  /** A run folder or checkpoint can't be read. */
  | 'run'
  /** Ranks that work together can't reach each other, or don't do the same. */
  | 'ranks'

// Here, since whatever is used of this package needs its errors: a bundler keeps what stands in a file that it keeps.
noticeCopy()

const brand = Symbol.for('chiaro.error')

interface Branded {
  readonly [brand]: true
  readonly code: ErrorCode
  readonly argument: string | undefined
}

/** Base of all Chiaro errors; `instanceof ChiaroError` also holds for the typed ones below. */
export class ChiaroError extends Error implements Branded {
  readonly [brand] = true as const
  readonly code: ErrorCode
  readonly argument: string | undefined

  constructor(code: ErrorCode, message: string, argument?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ChiaroError'
    this.code = code
    this.argument = argument
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}

class ArgumentTypeError extends TypeError implements Branded {
  readonly [brand] = true as const
  readonly code: ErrorCode
  readonly argument: string | undefined

  constructor(code: ErrorCode, message: string, argument?: string) {
    super(message)
    this.name = 'ChiaroTypeError'
    this.code = code
    this.argument = argument
  }
}

class ArgumentRangeError extends RangeError implements Branded {
  readonly [brand] = true as const
  readonly code: ErrorCode
  readonly argument: string | undefined

  constructor(code: ErrorCode, message: string, argument?: string) {
    super(message)
    this.name = 'ChiaroRangeError'
    this.code = code
    this.argument = argument
  }
}

/** "where: argument must be expected, got actual": wrong type, rank, shape or dtype (a `TypeError`). */
export function typeError(where: string, argument: string, expected: string, actual: string): ChiaroError {
  return new ArgumentTypeError(
    'argument-type',
    `${where}: ${argument} must be ${expected}, got ${actual}`,
    argument,
  )
}

/** "where: argument must be expected, got actual": right type, wrong value (a `RangeError`). */
export function rangeError(where: string, argument: string, expected: string, actual: string): ChiaroError {
  return new ArgumentRangeError(
    'argument-range',
    `${where}: ${argument} must be ${expected}, got ${actual}`,
    argument,
  )
}

/** Options that exclude or need each other (a `TypeError`); `message` follows "where: ". */
export function conflictError(where: string, argument: string, message: string): ChiaroError {
  return new ArgumentTypeError('argument-conflict', `${where}: ${message}`, argument)
}
