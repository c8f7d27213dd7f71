import { cholesky, invertLower, type Matrix } from '@chiaro/core'
import { gaussianEnergy, mixtureEnergy } from '@chiaro/energy'
import { fitMixtureNoise, type GaussianNoiseSpec, type MixtureNoiseSpec } from '@chiaro/noise'
import * as tf from '@tensorflow/tfjs-core'
import { type EnergyKind, ofForms } from './energy-kind.ts'

/** A mixture of Gaussians, which begins where EM ends. */
export const mixture: EnergyKind<'components'> = {
  needs: ['components'],
  columns: 'numeric',
  derivatives: 2,
  defaults: ofForms,
  async fit({ values, count, width }, { components }, key, signal) {
    const x = tf.tensor2d(values, [count, width])
    const fitted = fitMixtureNoise(x, { components, key, signal }).finally(() => x.dispose())
    return (await fitted).spec
  },
  make({ width: dimension, fitted }) {
    const { components, weights } = fitted as MixtureNoiseSpec
    const parts = (components as readonly GaussianNoiseSpec[]).map(({ mean, covariance }) =>
      gaussianEnergy({ dimension, mean, precision: inverse(covariance as Matrix) }),
    )
    const energy = mixtureEnergy(parts, { weights })
    return { energy, exact: energy }
  },
}

/** Σ⁻¹ = L⁻ᵀL⁻¹, in float64. */
function inverse(covariance: Matrix): number[][] {
  const L = invertLower(cholesky('mixture', 'fitted', covariance))
  return covariance.map((_, i) =>
    covariance.map((_row, j) => L.reduce((sum, row) => sum + row[i] * row[j], 0)),
  )
}
