import { ChiaroError } from '@chiaro/core'

/** What a command's process ends with. */
export const exitCode = {
  ok: 0,
  /** Bad input: one clear line on stderr says which. */
  badInput: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Interrupted; a run is kept. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** Thrown by a command that Ctrl-C stopped, after it has saved what there is to save. */
export class Interrupted extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Interrupted'
  }
}

/**
 * The exit code an error means, and the line to print: a user's mistake is a sentence, a bug keeps its stack. Only an
 * error that is the wish to stop is an interruption: another one after it is still an error.
 */
export function explain(
  error: unknown,
  signal: AbortSignal,
): { readonly code: ExitCode; readonly line: string } {
  if (error instanceof Interrupted) return { code: exitCode.interrupted, line: error.message }
  if (signal.aborted && error === signal.reason) return { code: exitCode.interrupted, line: 'interrupted' }
  if (error instanceof ChiaroError) return { code: exitCode.badInput, line: `chiaro: ${error.message}` }
  if (error instanceof Error && 'code' in error && 'path' in error)
    return { code: exitCode.badInput, line: `chiaro: ${error.message}` }
  return { code: exitCode.badInput, line: `chiaro: ${error instanceof Error ? error.stack : String(error)}` }
}
