import { icaEnergy } from '@chiaro/energy'
import { type EnergyKind, ofForms } from './energy-kind.ts'

/** Independent Laplace sources, linearly mixed; |·| bends at 0, where no second derivative tells of it. */
export const ica: EnergyKind = {
  needs: [],
  columns: 'numeric',
  derivatives: 1,
  defaults: ofForms,
  make({ width: dimension }, key) {
    const energy = icaEnergy({ dimension }, key)
    return { energy, exact: energy }
  },
}
