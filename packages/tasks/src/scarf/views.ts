import { featureMasking, gaussianJitter, scarfCorruption, type TableView } from '@chiaro/augment'
import type { RandomKey } from '@chiaro/core'
import { tableLayout } from '@chiaro/data'
import type { Communicator } from '@chiaro/distributed'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { partOf } from '../over-ranks.ts'
import type { ViewBatch } from '../representation/model.ts'
import type { Rows } from '../rows/encoded-rows.ts'
import { rowBatches } from '../rows/row-batches.ts'
import type { ScarfConfig } from './config.ts'

/** How a run changes encoded rows; a category changes as a whole. */
export function scarfView({ encoding, training }: ScarfConfig, rows: Rows): TableView {
  const { change, rate, deviation = 0 } = training.views
  const { blocks } = tableLayout(encoding)
  const columns = blocks.flatMap(({ width }, column) => Array.from({ length: width }, () => column))
  switch (change) {
    case 'corrupt': {
      const marginals = tf.tensor2d(rows.values, [rows.count, rows.width])
      const view = scarfCorruption({ marginals, rate, columns })
      marginals.dispose()
      return view
    }
    case 'mask':
      return featureMasking({ rate, columns })
    case 'jitter': {
      const standardDeviation = columns.map(column => (blocks[column].kind === 'numeric' ? deviation : 0))
      return gaussianJitter({ standardDeviation })
    }
  }
}

/** The views of each batch of rows, from a step on: pure in the run's key; of `ranks` each has those of its own rows. */
export function* scarfBatches(
  config: ScarfConfig,
  rows: Rows,
  classes: Int32Array | undefined,
  key: RandomKey,
  firstStep: number,
  ranks?: Communicator,
): Generator<ViewBatch<tf.Tensor2D>> {
  const { batchSize, views } = config.training
  const view = scarfView(config, rows)
  yield* rowBatches(rows, { batchSize, key, firstStep, ranks }, (x, ofStep, { chosen, share }) => {
    const part = partOf(share)
    const [first, second, ...more] = Array.from({ length: views.count ?? 2 }, (_, v) =>
      v === 0 && !views.changeAll ? tf.clone(x) : view(foldIn(ofStep, v), x, part),
    )
    return {
      ...{ first, second },
      ...(more.length > 0 && { more }),
      ...(classes !== undefined && { classes: chosen.map(row => classes[row]) }),
      ...(share !== undefined && { share }),
    }
  })
}
