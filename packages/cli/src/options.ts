import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { InvalidArgumentError } from 'commander'

/** Options every command takes. */
export interface CommonOptions {
  readonly backend: 'auto' | 'wasm' | 'cpu' | 'webgl' | 'webgpu'
  readonly seed: number
  readonly threads: number | 'auto'
  readonly json: boolean
}

/** A commander parser for whole numbers in [least, most]. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return text => {
    const value = Number(text)
    if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(value) && value >= least && value <= most)
      return value
    const bounds = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `at least ${least}`
    throw new InvalidArgumentError(`It must be a whole number, ${bounds}.`)
  }
}

/** A commander parser for "auto" or a whole number of at least 1. */
export function threads(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(1)(text)
}

/** A commander parser for numbers in [least, most]. */
export function numberIn(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`)
    }
    return value
  }
}

/** A commander parser for "48,96,192". */
export function wholeNumbers(text: string): readonly number[] {
  return text.split(',').map(part => wholeNumber(1)(part))
}

/** A commander parser for "age,height". */
export function names(text: string): readonly string[] {
  return text.split(',').map(name => name.trim())
}

/** A commander parser for a file's name, which gives its text; a packed one (.gz) is unpacked. */
export function textOfFile(name: string): string {
  try {
    const bytes = readFileSync(name)
    return new TextDecoder('utf-8', { fatal: true }).decode(/\.gz$/i.test(name) ? gunzipSync(bytes) : bytes)
  } catch (error) {
    throw new InvalidArgumentError(`It must be a file of text, got ${(error as Error).message}.`)
  }
}

/** A commander parser for "linear,knn": each of the kinds at most once. */
export function oneOfEach<T extends string>(kinds: readonly T[]): (text: string) => readonly T[] {
  return text => {
    const chosen = new Set(names(text))
    if ([...chosen].every(name => (kinds as readonly string[]).includes(name))) return [...chosen] as T[]
    throw new InvalidArgumentError(`It must be some of ${kinds.join(', ')}, comma between them.`)
  }
}
