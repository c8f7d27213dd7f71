import { joined, yielding } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Rows } from './encoded-rows.ts'

/** Rows worked on at a time where a whole table is asked. */
const chunk = 4096

/** What f gives for any number of encoded rows, by chunks, on the host: the numbers of each row after those of the last. */
export async function overRows(
  { values, width, count }: Pick<Rows, 'values' | 'width' | 'count'>,
  f: (x: tf.Tensor2D) => tf.Tensor,
): Promise<Float32Array> {
  const parts: Float32Array[] = []
  const turn = yielding()
  for (let from = 0; from < count; from += chunk) {
    await turn()
    const size = Math.min(chunk, count - from)
    const part = values.subarray(from * width, (from + size) * width)
    const found = tf.tidy(() => f(tf.tensor2d(part, [size, width])))
    parts.push(await found.data<'float32'>())
    found.dispose()
  }
  return joined(parts)
}
