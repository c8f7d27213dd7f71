import { decodeTable } from '@chiaro/data'
import type { SampleOptions, Samples } from '../task.ts'
import { drawRows } from './draw.ts'
import type { DensityModel } from './model.ts'

/** Langevin steps where none are asked for. */
const defaultSteps = 100

/** Rows of a model, in the units and the column order of the table it was trained on. */
export async function sampleTable(
  model: DensityModel,
  count: number,
  { steps = defaultSteps, ...options }: SampleOptions,
): Promise<Samples> {
  const { rows, effectiveCandidates, acceptance } = await drawRows(model, count, { steps, ...options })
  const { encoding, order } = model.config
  const { rowCount, columns } = decodeTable(rows, encoding)
  const place = ({ name }: { readonly name: string }) => order.indexOf(name)
  const table = { rowCount, columns: columns.toSorted((a, b) => place(a) - place(b)) }
  return { table, effectiveCandidates, acceptance }
}
