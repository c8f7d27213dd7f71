import { checkInteger, checkLength, checkShape, conflictError, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** V ≥ 2 views of n samples: tensors [n, d], or one that stacks them view-major, [V·n, d], with `views: V`. */
export type Views = readonly tf.Tensor[] | tf.Tensor

export interface ViewsOptions {
  /** V, how many views one tensor stacks: its row v·n + i is view v of sample i. Given with a single tensor only. */
  readonly views?: number
}

/** The views as they are stacked, with what they are made of. */
export interface StackedViews {
  /** [V·n, d], view-major. */
  readonly stacked: tf.Tensor2D
  /** V. */
  readonly count: number
  readonly n: number
}

/**
 * Views view-major in one tensor: what they come as, or concatenated.
 *
 * @throws TypeError for views that differ in shape, rows that are not V times as many as samples, and `views` beside
 *   several tensors or absent beside one; RangeError for fewer than two
 */
export function stackedViews(where: string, views: Views, { views: count }: ViewsOptions): StackedViews {
  if (views instanceof tf.Tensor) {
    if (count === undefined) {
      throw conflictError(where, 'views', 'one tensor needs the number of views it stacks, got no { views }')
    }
    checkInteger(where, { 'options.views': count }, { least: 2 })
    const { rows } = checkShape(where, { views }, ['rows', 'd'])
    if (rows % count !== 0) {
      throw typeError(where, 'views', `[${count}·n, d], as many rows a view`, `[${views.shape.join(', ')}]`)
    }
    return { stacked: views as tf.Tensor2D, count, n: rows / count }
  }
  if (count !== undefined) {
    throw conflictError(where, 'views', 'views counts what one tensor stacks, got it beside several tensors')
  }
  checkLength(where, { views }, { least: 2 })
  const { n } = checkShape(where, Object.fromEntries(views.map((view, v) => [`views[${v}]`, view])), [
    'n',
    'd',
  ])
  return { stacked: tf.concat([...views]) as tf.Tensor2D, count: views.length, n }
}
