import { gaussianEnergy } from '@chiaro/energy'
import { type EnergyKind, ofForms } from './energy-kind.ts'

/** One Gaussian with any covariance; it begins with the columns' own means and deviations, independent. */
export const gaussian: EnergyKind = {
  needs: [],
  columns: 'numeric',
  derivatives: 2,
  defaults: ofForms,
  make({ width: dimension }) {
    const energy = gaussianEnergy({ dimension, form: 'full' })
    return { energy, exact: energy }
  },
}
