import { useBackend } from '@chiaro/backend'
import { conflictError } from '@chiaro/core'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { commonFlags } from '../flags.ts'
import { untilAborted } from '../interruption.ts'
import { type CommonOptions, numberIn, wholeNumber } from '../options.ts'
import { addToIndex } from '../vector-index/add-to-index.ts'
import { type BuildOptions, buildIndex } from '../vector-index/build-index.ts'

interface IndexOptions extends CommonOptions, BuildOptions {
  readonly add: boolean
}

export function addIndex(program: Command, contextOf: ContextOf): void {
  commonFlags(program.command('index <embeddings...>'))
    .description('an index of embedding files (LanceDB), by which search --index looks at a part of them')
    .requiredOption('--out <folder>', 'where to')
    .option('--add', 'add the files to the index that is there, without training it anew', false)
    .option(
      '--partitions <n>',
      'parts that the rows are cut into (default: the root of their number)',
      wholeNumber(1),
    )
    .option(
      '--sub-vectors <n>',
      'bytes by which a vector is known (default: an eighth of its numbers)',
      wholeNumber(1),
    )
    .option('--recall <x>', 'the recall@10 for which the effort of a search is chosen', numberIn(0, 1), 0.95)
    .option(
      '--queries <n>',
      'rows held out to choose it by, and as many to measure it by',
      wholeNumber(1),
      100,
    )
    .option('--name-column <name>', 'the column of names (default: the one called file, path, name or id)')
    .action((paths: string[], options: IndexOptions) => {
      const context = contextOf(options)
      return untilAborted(context.signal, index(paths, options, context))
    })
}

async function index(
  paths: readonly string[],
  options: IndexOptions,
  context: CommandContext,
): Promise<void> {
  if (!options.add) {
    await useBackend(options.backend, options)
    return buildIndex(paths, options, context)
  }
  const { partitions, subVectors } = options
  if (partitions !== undefined || subVectors !== undefined) {
    const flag = partitions === undefined ? '--sub-vectors' : '--partitions'
    throw conflictError('index', flag, 'an index is not trained anew by --add')
  }
  return addToIndex(paths, options, context)
}
