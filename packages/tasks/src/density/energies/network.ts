import { mlpEnergy, tiltedEnergy } from '@chiaro/energy'
import { gaussianNoise, oneHotNoise, productNoise } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import { type EnergyKind, ofNetworks } from './energy-kind.ts'

/** Of the Gaussian under the network, in deviations of the column. */
const deviation = 2

/** A network that tilts a wide Gaussian and equal categories, whatever the noise: Z is finite, since it grows slower. */
export const network: EnergyKind<'widths'> = {
  needs: ['widths'],
  columns: 'any',
  derivatives: 2,
  defaults: ofNetworks,
  make({ widths, width: dimension, blocks }, key) {
    const numeric = blocks.filter(({ kind }) => kind === 'numeric').length
    const each = (value: number) => Array<number>(numeric).fill(value)
    const base = productNoise([
      ...(numeric === 0 ? [] : [gaussianNoise({ mean: each(0), deviation: each(deviation) })]),
      // Numeric columns come first.
      ...blocks.slice(numeric).map(block => oneHotNoise({ weights: Array<number>(block.width).fill(1) })),
    ])
    return { energy: tiltedEnergy(base, mlpEnergy({ dimension, widths }, foldIn(key, 0))) }
  },
}
