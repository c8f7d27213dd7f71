import { ChiaroError } from '@chiaro/core'
import { createVectorIndex, type VectorIndex, withEmbeddingBlocks } from '@chiaro/data/node'
import { foldIn, key } from '@chiaro/random'
import type { CommandContext } from '../context.ts'
import { showProgress } from '../progress.ts'
import type { AboutIndex } from './about-index.ts'
import { chooseEffort, measureRecall } from './choose-effort.ts'
import { drawRows, type Rows, withoutHeldOut } from './held-out.ts'
import { filesOf, type IndexedFile, runOf } from './index-files.ts'
import { nearestOfAll } from './search-vectors.ts'

export interface BuildOptions {
  readonly out: string
  readonly partitions?: number
  readonly subVectors?: number
  /** The recall for which the effort is chosen. */
  readonly recall: number
  /** Held out to choose by, and as many to measure by. */
  readonly queries: number
  readonly nameColumn?: string
  readonly seed: number
}

/** Rows asked for where the recall is measured. */
const top = 10

/** Of so many rows one at most is held out for each of the two purposes. */
const rowsAQuery = 40

/**
 * Makes an index of embedding files. Twice `queries` rows are held out of it at first: by half of them the least effort is
 * chosen that reaches the recall, by the other half the recall is measured; then they are added as any later rows are.
 */
export async function buildIndex(
  paths: readonly string[],
  options: BuildOptions,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const { out, partitions, subVectors, nameColumn, seed } = options
  const files = await filesOf(paths)
  const { rows, dimension } = sizeOf(files)
  const run = runOf(files)
  const queries = Math.max(1, Math.min(options.queries, Math.floor(rows / rowsAQuery)))
  const heldOut = drawRows(foldIn(key(seed), 0), rows, Math.min(2 * queries, Math.floor(rows / 2)))
  const kept: Rows = { names: [], vectors: [] }
  const progress = showProgress(terminal, 'reading embeddings', rows, 'row')
  let said: AboutIndex | undefined
  const complete = async (index: VectorIndex) => {
    const { vectors } = kept
    terminal.note(
      `comparing ${vectors.length} held-out rows with all others, to choose the effort and measure it`,
    )
    const exact = await nearestOfAll(vectors, index, top, signal)
    const part = (from: number, to: number) => ({
      vectors: vectors.slice(from, to),
      exact: exact.slice(from, to),
      top,
    })
    const [chosen, measured] = [part(0, queries), part(queries, 2 * queries)]
    const effort = await chooseEffort(index, chosen, options.recall, signal)
    const recall = await measureRecall(index, measured, effort, signal)
    const told = files.map(({ name, digest, rows }) => ({ name, digest, rows }))
    said = {
      effort,
      recall: { ...recall, top, queries: measured.vectors.length, seed },
      ...(run !== undefined && { run }),
      files: told,
    }
    return { about: { ...said }, rows: kept.names.map((name, i) => ({ names: [name], vectors: vectors[i] })) }
  }
  const made = await withEmbeddingBlocks(
    files.map(({ path }) => path),
    blocks => {
      const rest = withoutHeldOut(told(blocks, progress.update, signal), heldOut, kept)
      return createVectorIndex(out, rest, { dimension, partitions, subVectors, complete })
    },
    { nameColumn },
  ).finally(progress.stop)
  const { effort, recall } = said as AboutIndex
  terminal.result({ out, ...made, about: undefined, ...said })
  terminal.print(`${made.rows} rows of ${dimension} numbers in ${out}`)
  const by = `${effort.probes} of ${made.partitions} partitions and ${effort.factor} candidates a row`
  terminal.print(
    `recall@${top} ${recall.value.toFixed(3)} ± ${recall.standardError.toFixed(3)} of ${recall.queries} held-out rows, by ${by}`,
  )
  if (recall.value < options.recall) {
    terminal.note(
      `that is below ${options.recall}; more --sub-vectors than ${made.subVectors} keep more of a vector`,
    )
  }
}

/** The blocks themselves; tells how many rows have come. */
async function* told<T extends { readonly names: readonly string[] }>(
  blocks: AsyncIterable<T>,
  tell: (done: number) => void,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  let done = 0
  for await (const block of blocks) {
    signal.throwIfAborted()
    yield block
    done += block.names.length
    tell(done)
  }
}

function sizeOf(files: readonly IndexedFile[]): { readonly rows: number; readonly dimension: number } {
  const first = files.find(({ dimension }) => dimension !== undefined)
  if (first?.dimension === undefined) {
    throw new ChiaroError('data', `index: ${files[0].path} must have rows, got none`, files[0].path)
  }
  return { rows: files.reduce((sum, { rows }) => sum + rows, 0), dimension: first.dimension }
}
