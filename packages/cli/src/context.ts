import type { CommonOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

/** What every command is given besides its own options. */
export interface CommandContext {
  readonly terminal: Terminal
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** A command's work. */
export type Action<Arguments extends readonly unknown[], Options> = (
  ...all: [...Arguments, CommonOptions & Options, CommandContext]
) => Promise<void>
