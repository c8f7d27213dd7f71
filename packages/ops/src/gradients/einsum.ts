import * as tf from '@tensorflow/tfjs-core'
import { stretch } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

/** "ij,jk->ik" as labels of the operands and of the result. */
function parse(equation: string): { operands: string[]; result: string } {
  const [left, result = ''] = equation.replace(/\s/g, '').split('->')
  return { operands: left.split(','), result }
}

type Term = readonly [labels: string, tensor: tf.Tensor]

/** The labels of a term that some of the others has too. */
function sharedLabels(labels: string, others: readonly string[]): string {
  return [...labels].filter(label => others.some(other => other.includes(label))).join('')
}

/** Sums out what nobody else needs; tfjs's einsum gets such lone labels wrong. */
function sumLone([labels, tensor]: Term, others: readonly string[]): Term {
  const shared = sharedLabels(labels, others)
  const lone = [...labels].flatMap((label, axis) => (shared.includes(label) ? [] : [axis]))
  return [shared, lone.length > 0 ? tf.sum(tensor, lone) : tensor]
}

/**
 * The gradient of one operand: the same sum with this operand and the result exchanged. A label that only this
 * operand has was summed away alone; its gradient is the same all along it.
 */
function operandGradient(
  dy: tf.Tensor,
  operands: readonly tf.Tensor[],
  { operands: labels, result }: ReturnType<typeof parse>,
  which: number,
): tf.Tensor {
  const own = labels[which]
  const all = operands.map((tensor, i): Term => (i === which ? [result, dy] : [labels[i], tensor]))
  const terms = all.map((term, i) => sumLone(term, [own, ...all.flatMap(([of], j) => (j === i ? [] : of))]))
  const left = terms.map(([of]) => of)
  const known = sharedLabels(own, left)
  const summed = tf.einsum(`${left.join(',')}->${known}`, ...terms.map(([, tensor]) => tensor))
  const { shape } = operands[which]
  const stretched = shape.map((size, axis) => (known.includes(own[axis]) ? size : 1))
  return stretch(tf.reshape(summed, stretched), shape)
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
