import { studentTExperts } from '@chiaro/energy'
import { type EnergyKind, ofForms } from './energy-kind.ts'

/** Student-t experts on linear features, twice as many as columns where no number is asked for; log Z is not known. */
export const productOfStudents: EnergyKind<'experts'> = {
  needs: ['experts'],
  columns: 'numeric',
  derivatives: 2,
  defaults: ofForms,
  make: ({ width: dimension, experts }, key) => ({ energy: studentTExperts({ dimension, experts }, key) }),
}
