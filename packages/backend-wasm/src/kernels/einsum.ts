import * as tf from '@tensorflow/tfjs-core'
import type { WasmKernel } from '../kernel-module.ts'

interface Term {
  readonly labels: string
  readonly tensor: tf.Tensor
}

/** Sums out the labels nobody else has. */
function withoutLone({ labels, tensor }: Term, others: string): Term {
  const kept = [...labels].filter(label => others.includes(label)).join('')
  const lone = [...labels].flatMap((label, axis) => (others.includes(label) ? [] : [axis]))
  return { labels: kept, tensor: lone.length > 0 ? tf.sum(tensor, lone) : tensor }
}

/** The tensor with its axes in the order of `labels`. */
function ordered({ labels: have, tensor }: Term, labels: string): tf.Tensor {
  return have === labels
    ? tensor
    : tf.transpose(
        tensor,
        [...labels].map(label => have.indexOf(label)),
      )
}

/** A product of two terms with the contracted labels summed: one batched matrix product. */
function product(a: Term, b: Term, result: string): Term {
  const both = [...a.labels].filter(label => b.labels.includes(label))
  const batch = both.filter(label => result.includes(label)).join('')
  const contracted = both.filter(label => !result.includes(label)).join('')
  const freeA = [...a.labels].filter(label => !b.labels.includes(label)).join('')
  const freeB = [...b.labels].filter(label => !a.labels.includes(label)).join('')
  const sizes = new Map(
    [a, b].flatMap(({ labels, tensor }) =>
      [...labels].map((label, axis) => [label, tensor.shape[axis]] as const),
    ),
  )
  const shape = (labels: string) => [...labels].map(label => sizes.get(label) as number)
  const size = (labels: string) => shape(labels).reduce((all, n) => all * n, 1)
  const left = tf.reshape(ordered(a, batch + freeA + contracted), [
    size(batch),
    size(freeA),
    size(contracted),
  ])
  const right = tf.reshape(ordered(b, batch + contracted + freeB), [
    size(batch),
    size(contracted),
    size(freeB),
  ])
  const labels = batch + freeA + freeB
  return { labels, tensor: tf.reshape(tf.matMul(left, right), shape(labels)) }
}

/**
 * Einstein sums of one or two operands, which is all that tfjs allows, without a label twice in one of them.
 * Each is a batched matrix product between transpositions.
 */
export const einsum: WasmKernel = {
  kernelName: tf.Einsum,
  run: ({ inputs, attrs }) => {
    const operands = Object.values(inputs) as tf.Tensor[]
    const equation = (attrs.equation as string).replace(/\s/g, '')
    const { idDims, allDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length)
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands)
    const [left, result] = equation.split('->')
    const labels = left.split(',')
    return tf.tidy(() => {
      const terms = operands.map((operand, i) => {
        // The matrix product takes float32 only.
        const tensor = operand.dtype === 'float32' ? operand : tf.cast(operand, 'float32')
        const others = labels.filter((_, j) => j !== i).join('')
        return withoutLone({ labels: labels[i], tensor }, result + others)
      })
      const all = terms.length === 1 ? terms[0] : product(terms[0], terms[1], result)
      const dtype = operands.every(operand => operand.dtype !== 'float32') ? 'int32' : 'float32'
      // A clone or a copy, so that the result is never one of the operands themselves.
      return tf.cast(ordered(all, result), dtype)
    })
  },
}
