import type { ColumnBlock } from '@chiaro/data'
import { restrictedBoltzmannEnergy } from '@chiaro/energy'
import * as tf from '@tensorflow/tfjs-core'
import { type EnergyKind, type MadeEnergy, ofForms } from './energy-kind.ts'

/** log Z and draws go through all states of the smaller layer, up to 2²⁰ of them. */
const mostUnits = 20

/** A restricted Boltzmann machine of columns of two categories, a visible unit each. */
export const boltzmann: EnergyKind<'hidden'> = {
  needs: ['hidden'],
  columns: 'binary',
  derivatives: 1,
  defaults: ofForms,
  make({ blocks, width, hidden }, key) {
    const visible = blocks.length
    const machine = restrictedBoltzmannEnergy({ visible, hidden }, key)
    const { toUnits, toRows } = oneHots(blocks, width)
    const gibbsStep: MadeEnergy['gibbsStep'] = (stepKey, rows, part) =>
      tf.tidy(() => toRows(machine.gibbsStep(stepKey, toUnits(rows), part)))
    const isSmall = Math.min(visible, hidden) <= mostUnits
    return {
      energy: {
        parameters: machine.parameters,
        energy: x => tf.tidy(() => machine.energy(toUnits(x))),
      },
      exact: isSmall
        ? {
            exactLogPartition: () => machine.exactLogPartition(),
            sample: (sampleKey, count) =>
              tf.tidy(() => toRows(machine.sample(sampleKey, count) as tf.Tensor2D)),
          }
        : undefined,
      gibbsStep,
    }
  },
}

/** Units are second categories: [0, 1] is on. */
function oneHots(blocks: readonly ColumnBlock[], width: number) {
  const at = (value: (column: number, unit: number) => number) =>
    Float32Array.from({ length: width * blocks.length }, (_, i) =>
      value(Math.floor(i / blocks.length), i % blocks.length),
    )
  const seconds = at((column, unit) => (column === blocks[unit].start + 1 ? 1 : 0))
  const signs = at((column, unit) =>
    column - blocks[unit].start === 1 ? 1 : column === blocks[unit].start ? -1 : 0,
  )
  const firsts = new Float32Array(width)
  for (const { start } of blocks) firsts[start] = 1
  const matrix = (values: Float32Array) => tf.tensor2d(values, [width, blocks.length])
  return {
    toUnits: (rows: tf.Tensor) => tf.matMul(rows as tf.Tensor2D, matrix(seconds)),
    toRows: (units: tf.Tensor2D) =>
      tf.add(tf.matMul(units, matrix(signs), false, true), tf.tensor1d(firsts)) as tf.Tensor2D,
  }
}
