import type { PictureCache } from '@chiaro/data/node'
import type { Communicator } from '@chiaro/distributed'
import type { CacheOption, RankOption } from './flags.ts'
import type { LeftOut } from './left-out.ts'
import type { CommonOptions } from './options.ts'
import type { Terminal } from './terminal.ts'

/** What every command is given besides its own options. */
export interface CommandContext {
  readonly terminal: Terminal
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** What the command's data have that it does not use; whoever reads them adds to it. */
  readonly leftOut: LeftOut
  /** The ranks that train together; absent where there is one. Rank 0 alone writes and speaks. */
  readonly ranks?: Communicator
  /** Where decoded pictures are kept, by --cache. */
  readonly cache?: PictureCache
}

/** A command's context, as its flags have it. */
export type ContextOf = (
  options: CacheOption & Partial<RankOption> & Pick<CommonOptions, 'json'>,
) => CommandContext

/** A command's work. */
export type Action<Arguments extends readonly unknown[], Options> = (
  ...all: [...Arguments, CommonOptions & Options, CommandContext]
) => Promise<void>
