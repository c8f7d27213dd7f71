import { encodeTable, tableFromRows, tableLayout } from '@chiaro/data'
import { gridLogPartition, heldOutLogLikelihood } from '@chiaro/evaluate'
import * as tf from '@tensorflow/tfjs-core'

/** Rows are standardised: six deviations to each side. */
const box = { low: [-6, -6], high: [6, 6], points: 600 }

/** The mean negative log-likelihood of rows of two numbers, with log Z summed on a grid, in nats and their own units. */
export async function onGrid({ model, config: { encoding } }, values) {
  const { rows } = encodeTable(tableFromRows(values, 2, ['x', 'y']), encoding)
  const { logPartition } = await gridLogPartition(x => model.density.energy(x), box)
  const x = tf.tensor2d(rows, [rows.length / 2, 2])
  const energies = tf.tidy(() => model.density.energy(x))
  const logDensities = Array.from(await energies.data(), energy => -energy - logPartition)
  tf.dispose([x, energies])
  const { logJacobian } = tableLayout(encoding)
  const { mean, standardError } = heldOutLogLikelihood(logDensities, { logJacobian })
  return { nll: -mean, standardError }
}
