import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { decodeTable } from '@chiaro/data'
import { writeTable } from '@chiaro/data/node'
import { key } from '@chiaro/random'
import { drawRows } from '../ebm/draw.ts'
import { loadEbm } from '../ebm/load.ts'
import { Interrupted } from '../exit-code.ts'
import type { CommonOptions } from '../options.ts'
import { showProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

export interface SampleOptions extends CommonOptions {
  readonly count: number
  readonly out: string
  readonly steps: number
  /** Default: the best. */
  readonly checkpoint?: 'best' | 'latest'
}

/** `chiaro sample`: rows of a model in the units and the column order of the table it was trained on. */
export async function sample(
  folder: string,
  options: SampleOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  await useBackend(options.backend, options)
  const { model } = await loadEbm(folder, options.checkpoint)
  const { count, steps, seed, out } = options
  const progress = showProgress(terminal, 'sampling', 2 * steps, 'step')
  const draws = await drawRows(model, count, {
    key: key(seed),
    steps,
    signal,
    onProgress: step => progress.update(step),
  })
    .catch(error => {
      if (!signal.aborted) throw error
      throw new Interrupted('interrupted; nothing was written')
    })
    .finally(progress.stop)
  const { encoding, order } = model.config
  disposeModel(model.density)
  const { rowCount, columns } = decodeTable(draws.rows, encoding)
  const place = (name: string) => order.indexOf(name)
  await writeTable(out, { rowCount, columns: columns.toSorted((a, b) => place(a.name) - place(b.name)) })
  const { effectiveCandidates, acceptance } = draws
  terminal.result({ out, rows: rowCount, effectiveCandidates, acceptance })
  terminal.print(
    `${rowCount} rows drawn into ${out}; Langevin steps accepted: ${(100 * acceptance).toFixed(0)} %`,
  )
  if (effectiveCandidates < count) {
    terminal.print(
      `they come from only ${effectiveCandidates.toFixed(0)} candidates of equal weight: ` +
        'rows may resemble each other; more --steps, or a noise closer to the data, parts them',
    )
  }
}
