import { ChiaroError } from '@chiaro/core'
import { isFailureElsewhere } from '@chiaro/distributed'

/** What a command's process ends with; a wish to stop ends it with 128 and the signal's number, Ctrl-C with 130. */
export const exitCode = {
  ok: 0,
  /** Bad input: one clear line on stderr says which. */
  badInput: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A rank has waited in vain for another: a temporary failure, as sysexits.h has it. */
  rankMissing: 75,
  interrupted: 130,
} as const

/** The reason of a signal by which the system or the user wishes the command to stop. */
export class Wish extends Error {
  readonly code: number

  constructor(code: number) {
    super('interrupted')
    this.name = 'Wish'
    this.code = code
  }
}

/** Thrown by a command that was stopped, after it has saved what there is to save. */
export class Interrupted extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Interrupted'
  }
}

/** How a command ends that has not done its work. */
export interface Explanation {
  readonly code: number
  /** What to print. */
  readonly lines: readonly string[]
  /** Whether it was told to stop. */
  readonly stopped?: boolean
  /** Whether it ends because another rank does, which has the reason. */
  readonly elsewhere?: boolean
}

/**
 * The exit code an error means, and the lines to print: a user's mistake is a sentence, a bug keeps its stack. Only an
 * error that is the wish to stop is an interruption: another one after it is still an error.
 */
export function explain(
  error: unknown,
  { aborted = false, reason }: Partial<Pick<AbortSignal, 'aborted' | 'reason'>>,
): Explanation {
  const stopped = reason instanceof Wish ? reason.code : exitCode.interrupted
  if (error instanceof Interrupted) return { code: stopped, lines: [error.message], stopped: true }
  if (aborted && error === reason) return { code: stopped, lines: ['interrupted'], stopped: true }
  if (isFailureElsewhere(error) || isStopElsewhere(error)) {
    return { code: exitCode.badInput, lines: [`chiaro: ${(error as Error).message}`], elsewhere: true }
  }
  if (error instanceof ChiaroError) {
    // Flags that exclude each other.
    const isUsage = error.code === 'argument-conflict' && error.argument?.startsWith('--')
    return { code: isUsage ? exitCode.usage : exitCode.badInput, lines: [`chiaro: ${error.message}`] }
  }
  // What the system refuses: a disk that is full, a file that may not be read.
  if (error instanceof Error && 'errno' in error) {
    return { code: exitCode.badInput, lines: [`chiaro: ${error.message}`] }
  }
  const bug = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { code: exitCode.badInput, lines: `chiaro: ${bug}`.split('\n') }
}

/** What \`fitOverRanks\` stops with where another rank was told to. */
const isStopElsewhere = (error: unknown) => error instanceof DOMException && error.name === 'AbortError'
