import '@chiaro/ops'
import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'

const sizes: Readonly<Record<string, number>> = { b: 2, h: 3, i: 4, j: 5, k: 6, d: 7 }

/** Σ over every label of the product of the operands, into the result's labels. */
function oracle(labels: readonly string[], result: string, operands: readonly Float32Array[]): Float64Array {
  const all = [...new Set(labels.join('') + result)]
  const place = (term: string, at: Record<string, number>) =>
    [...term].reduce((index, label) => index * sizes[label] + at[label], 0)
  const sums = new Float64Array([...result].reduce((n, label) => n * sizes[label], 1))
  const walk = (depth: number, at: Record<string, number>): void => {
    if (depth < all.length) {
      for (let i = 0; i < sizes[all[depth]]; i++) walk(depth + 1, { ...at, [all[depth]]: i })
      return
    }
    sums[place(result, at)] += operands.reduce((p, values, i) => p * values[place(labels[i], at)], 1)
  }
  walk(0, {})
  return sums
}

describeBackends('einsum', backend => {
  const equations = [
    'ij,jk->ik',
    'bij,bjk->bik',
    'bihd,bjhd->bhij',
    'i,j->ji',
    'ij,ij->',
    'ij->ji',
    'ij->j',
    'ij->',
  ]
  // tfjs's own kernel is wrong where only one operand has a label that is summed.
  const lone = backend === 'wasm' ? ['ij,k->ik', 'ijk,j->i'] : []
  it.each([...equations, ...lone])('%s', equation => {
    const [left, result] = equation.split('->')
    const labels = left.split(',')
    const shapes = labels.map(term => [...term].map(label => sizes[label]))
    const values = shapes.map((shape, i) =>
      normalValues(
        i,
        shape.reduce((a, b) => a * b, 1),
      ),
    )
    const tensors = values.map((value, i) => tf.tensor(value, shapes[i]))
    const actual = tf.einsum(equation, ...tensors)
    expect(actual.shape).toEqual([...result].map(label => sizes[label]))
    expectClose(actual, oracle(labels, result, values), { absolute: 1e-5 })
    expectNoLeak(() => tf.einsum(equation, ...tensors))
  })
  it('multiplies integers', () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32')
    const product = tf.einsum('ij,jk->ik', a, a)
    expectClose(product, [7, 10, 15, 22])
    expect(product.dtype).toBe('int32')
  })
})
