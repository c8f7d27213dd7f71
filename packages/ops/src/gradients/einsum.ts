import * as tf from '@tensorflow/tfjs-core'
import { defineGradient } from './define-gradient.ts'

/** "ij,jk->ik" as labels of the operands and of the result. */
function parse(equation: string): { operands: string[]; result: string } {
  const [left, result = ''] = equation.replace(/\s/g, '').split('->')
  return { operands: left.split(','), result }
}

/**
 * The gradient of one operand: the same sum with this operand and the result exchanged. A label that only this
 * operand has was summed away alone; its gradient is the same all along it.
 */
function operandGradient(
  dy: tf.Tensor,
  operands: readonly tf.Tensor[],
  labels: { readonly operands: readonly string[]; readonly result: string },
  which: number,
): tf.Tensor {
  const own = labels.operands[which]
  const others = operands.flatMap((x, i) => (i === which ? [] : [x]))
  const otherLabels = labels.operands.filter((_, i) => i !== which)
  const known = [...own].filter(label => [labels.result, ...otherLabels].some(set => set.includes(label)))
  const equation = `${[labels.result, ...otherLabels].join(',')}->${known.join('')}`
  const summed = tf.einsum(equation, dy, ...others)
  const shape = operands[which].shape
  const stretched = shape.map((size, axis) => (known.includes(own[axis]) ? size : 1))
  return tf.broadcastTo(tf.reshape(summed, stretched), shape)
}

/** Einstein sums of one or two operands (tfjs supports no more), without repeated labels within one. */
export const einsum: tf.GradConfig = defineGradient<{ equation: string }>(
  tf.Einsum,
  { allInputs: true },
  (dy, operands, { equation }) => {
    const labels = parse(equation)
    return Object.fromEntries(
      operands.map((_, which) => [which, () => operandGradient(dy, operands, labels, which)]),
    )
  },
)
