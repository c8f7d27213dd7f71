import * as tf from '@tensorflow/tfjs-core'
import { storedWeight, type Tower } from './clip-layout.ts'
import type { ClipTowers } from './clip-towers.ts'

/**
 * The towers' present values by the names and in the shapes of the checkpoint they came from, so that a fine-tuned
 * model goes back to PyTorch: written as safetensors, Hugging Face's or open_clip's `load_state_dict` takes them.
 *
 * @returns tensors that the caller disposes
 *
 * @example
 * ```ts
 * import { type ClipTowers, storedClipWeights } from '@chiaro/encoders'
 * import { encodeSafetensors, readTensors } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // Fine-tuned towers as a file that PyTorch loads in the place of the checkpoint they came from.
 * async function fileOf(towers: ClipTowers): Promise<Uint8Array> {
 *   const stored = storedClipWeights(towers)
 *   const bytes = encodeSafetensors(await readTensors(stored))
 *   tf.dispose(stored)
 *   return bytes
 * }
 * console.log(fileOf.length)
 * ```
 */
export function storedClipWeights(towers: ClipTowers): Record<string, tf.Tensor> {
  const { layout, sizes, logitScale } = towers
  return tf.tidy(() => {
    const parts: Record<string, tf.Tensor[]> = { logit_scale: [tf.clone(logitScale)] }
    const add = (tower: Tower, parameters: Readonly<Record<string, tf.Variable>>) => {
      // Queries, keys and values come in this order, that of the stack.
      for (const [parameter, value] of Object.entries(parameters)) {
        const { name, write } = storedWeight(layout, tower, parameter, value.shape, sizes.image.patchSize)
        parts[name] = [...(parts[name] ?? []), write(value)]
      }
    }
    add('image', towers.imageEncoder.parameters)
    add('text', towers.textEncoder.parameters)
    const whole = ([name, own]: [string, tf.Tensor[]]) => [
      name,
      own.length === 1 ? own[0] : tf.concat(own, 0),
    ]
    return Object.fromEntries(Object.entries(parts).map(whole))
  })
}
