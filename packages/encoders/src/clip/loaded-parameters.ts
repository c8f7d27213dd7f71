import { typeError, type Variables } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { NewParameter } from '../new-parameter.ts'
import { type ClipLayout, storedWeight, type Tower } from './clip-layout.ts'
import { type ClipWeights, weightOf } from './clip-weights.ts'

/** Parameters that take their values from the checkpoint. */
export function loadedParameters(
  weights: ClipWeights,
  layout: ClipLayout,
  tower: Tower,
  patchSize: number,
  variables: Variables,
  used: Set<string>,
): NewParameter {
  return <T extends tf.Tensor>(parameter: string, shape: readonly number[]) => {
    const stored = storedWeight(layout, tower, parameter, shape, patchSize)
    used.add(stored.name)
    const values = tf.tidy(() => stored.read(weightOf(weights, stored.name, stored.shape)) as T)
    return variables.parameter(parameter, values)
  }
}

/** @throws TypeError that names a weight that is left: the model has a part that ours has not */
export function checkAllUsed(weights: ClipWeights, used: ReadonlySet<string>): void {
  for (const name of Object.keys(weights)) {
    // Numbers 0, 1, 2, … and masks, which older files keep beside the weights.
    if (used.has(name) || name.endsWith('.position_ids') || name === 'attn_mask') continue
    throw typeError(
      'clipTowers',
      'weights',
      'those of a CLIP vision transformer and text tower',
      `"${name}" besides`,
    )
  }
}
