import { checkInteger, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** [count, height, width, channels] */
export type ImageShape = readonly [count: number, height: number, width: number, channels: number]

/** Pictures on the host, row-major bytes. */
export interface HostImages {
  readonly data: Uint8Array
  readonly shape: ImageShape
}

/**
 * Pictures as the tensor that encoders and views take: float32 in 0…1, byte / 255.
 *
 * @param images [count, height, width, channels] bytes
 * @param indices which pictures, in which order; a picture may come twice. Default all.
 * @returns [indices, height, width, channels], which the caller disposes
 * @throws TypeError when data does not have the shape's size; RangeError for an index outside the pictures
 *
 * @example
 * ```ts
 * import { toImageTensor } from '@chiaro/data'
 *
 * const pictures = { data: Uint8Array.of(0, 255, 51), shape: [3, 1, 1, 1] as const }
 * console.log(toImageTensor(pictures, [2, 2, 1]).dataSync()) // 0.2, 0.2, 1
 * ```
 */
export function toImageTensor(images: HostImages, indices?: ArrayLike<number>): tf.Tensor4D {
  const { data, shape } = images
  const [count, height, width, channels] = shape
  const size = height * width * channels
  if (!(data instanceof Uint8Array) || data.length !== count * size) {
    const actual = data instanceof Uint8Array ? `${data.length} bytes` : typeof data
    throw typeError(
      'toImageTensor',
      'images.data',
      `${count * size} bytes, shape [${shape.join(', ')}]`,
      actual,
    )
  }
  if (indices !== undefined) checkInteger('toImageTensor', { indices }, { least: 0, below: count })
  const chosen = indices?.length ?? count
  const values = new Float32Array(chosen * size)
  for (let i = 0; i < chosen; i++) {
    const from = indices === undefined ? i : indices[i]
    for (let k = 0; k < size; k++) values[i * size + k] = data[from * size + k] / 255
  }
  return tf.tensor4d(values, [chosen, height, width, channels])
}
