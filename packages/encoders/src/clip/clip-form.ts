import { checkOneOf } from '@chiaro/core'
import { gelu } from '@chiaro/ops'
import { quickGelu } from '../quick-gelu.ts'
import type { TransformerForm } from '../transformer-block.ts'
import type { ClipActivation } from './clip-settings.ts'

/** What the weights don't say of a tower, as plain JSON. */
export interface ClipForm {
  readonly activation: ClipActivation
  /** Added to the layer norms' variances. */
  readonly epsilon: number
}

/** @throws RangeError for an activation that is not known */
export function formOf({ activation, epsilon }: ClipForm): Required<TransformerForm> {
  checkOneOf('clipTowers', { activation }, ['gelu', 'quick-gelu'])
  return { activation: activation === 'gelu' ? gelu : quickGelu, epsilon }
}
