import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { writeTable } from '@chiaro/data/node'
import { key } from '@chiaro/random'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { checkpointFlag, commonFlags } from '../flags.ts'
import { untilAborted } from '../interruption.ts'
import { abilityOf, type CheckpointOption, openTrained, readTaskRun } from '../open-run.ts'
import { type CommonOptions, wholeNumber } from '../options.ts'
import { showProgress } from '../progress.ts'

interface SampleOptions extends CommonOptions, CheckpointOption {
  readonly count: number
  readonly out: string
  readonly steps: number
}

export function addSample(program: Command, contextOf: ContextOf): void {
  checkpointFlag(commonFlags(program.command('sample <run>')))
    .description('new rows drawn from a run that knows a density')
    .option('-n, --count <n>', 'how many', wholeNumber(1), 1000)
    .requiredOption('--out <file>', 'where to: .csv, .tsv or .parquet')
    .option('--steps <n>', 'Langevin steps after resampling from the noise', wholeNumber(0), 100)
    .action((folder: string, options: SampleOptions) => {
      const context = contextOf(options)
      return untilAborted(context.signal, sample(folder, options, context))
    })
}

/** `chiaro sample`: rows of a model in the units and the column order of the table it was trained on. */
async function sample(
  folder: string,
  { count, steps, seed, out, ...options }: SampleOptions,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const run = await readTaskRun(folder)
  const draw = abilityOf('sample', run, 'sample', 'knows a density')
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const progress = showProgress(terminal, 'sampling', 2 * steps, 'step')
    const onProgress = (step: number) => progress.update(step)
    const drawn = await draw(model, count, { key: key(seed), steps, signal, onProgress }).finally(
      progress.stop,
    )
    const { table, effectiveCandidates, acceptance } = drawn
    await writeTable(out, table)
    terminal.result({ out, rows: table.rowCount, effectiveCandidates, acceptance })
    terminal.print(
      `${table.rowCount} rows drawn into ${out}; Langevin steps accepted: ${(100 * acceptance).toFixed(0)} %`,
    )
    if (effectiveCandidates < count) {
      terminal.print(
        `they come from only ${effectiveCandidates.toFixed(0)} candidates of equal weight: ` +
          'rows may resemble each other; more --steps, or a noise closer to the data, parts them',
      )
    }
  } finally {
    disposeModel(model)
  }
}
