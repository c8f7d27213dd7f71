/**
 * What of the numeric edge cases the tests beside each loss leave open; there too, titles begin "case N". Not applicable here, and why:
 * - 6, 9, 13: half precision and f16 textures, for no backend that runs in Node has them;
 * - 11: the clamp after the step, which is `learnedLogitScale`'s (train);
 * - 12: dropout and parity among workers, which the gradient cache will have to keep (train);
 * - 17: zero expected counts, 19: accidental hits, and 20: counts of unique sampling, which belong to the noise;
 * - 21: the decoupled loss below 0, under InfoNCE; the clamp and its rows, under the debiased and hard-negative losses;
 * - 23 and beyond: samplers, scores and retrieval, under energies, score matching and evaluation.
 */
import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
  normalValues,
  tensorNumericalGradient,
  uniformValues,
} from '@chiaro/test-kit'
import {
  infoNceRows,
  meanOfCounted,
  ntXent,
  pairLogits,
  rowsOf,
  unitRows,
} from '@chiaro/test-kit/oracles/contrastive'
import { rankingNce } from '@chiaro/test-kit/oracles/noise-contrastive'
import {
  alignment as alignment64,
  uniformity as uniformity64,
} from '@chiaro/test-kit/oracles/pairwise-losses'
import { barlowTwins, vicReg } from '@chiaro/test-kit/oracles/redundancy-reduction'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import {
  alignment,
  barlowTwinsLoss,
  binaryNceLoss,
  clipLoss,
  hardNegativeContrastiveLoss,
  infoNceLoss,
  ntXentLoss,
  rankingNceLoss,
  siglipLoss,
  uniformity,
  vicRegLoss,
} from './index.ts'

function embeddings(values: ArrayLike<number>, width: number): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(values), [values.length / width, width])
}

describeBackends('edge cases', () => {
  it('case 1: NT-Xent at logits of ±100 and ±1000 equals float64', () => {
    const [n, d] = [6, 3]
    const values = normalValues(1, 2 * n * d)
    const units = unitRows(rowsOf(values, d))
    const views = tf.split(embeddings(values, d), 2) as tf.Tensor2D[]
    // A cosine is known to 6e-8 in float32, so a logit to about s·1e-7 and a few roundings more.
    for (const s of [100, 1000]) {
      const expected = ntXent(units, 2, s)
      expectClose(ntXentLoss(views, { logitScale: s }), expected, { absolute: s * 1e-6, relative: 1e-5 })
    }
  })

  it('case 7: rows whose logits all lie below −88, and counts that no tile divides', () => {
    // 515 keys are a tile of 512 and three more; every logit is −300.
    const size = 515
    const queries = tf.fill([size, 1], -300) as tf.Tensor2D
    const keys = tf.ones([size, 1]) as tf.Tensor2D
    const options = { logitScale: 1, normalize: false }
    expectClose(infoNceLoss(queries, keys, options), Math.log(size))
  })

  it('case 9: zero, tiny and huge vectors keep NT-Xent and its gradients right', () => {
    const values = [0, 0, 1e-23, 2e-23, 1e20, -3e20, 1, 0, 3e-23, 1e-23, 1, 1]
    const units = unitRows(rowsOf(values, 2))
    const [image, text] = tf.split(embeddings(values, 2), 2) as tf.Tensor2D[]
    expectClose(ntXentLoss([image, text]), ntXent(units, 2, 10))
    const rows = rowsOf(values, 2)
    expectDirectionalGradients((a, b) => ntXentLoss([a, b]), rows.slice(0, 3), rows.slice(3))
  })

  it('case 12: a large batch equals the sum of its chunks, whatever their size', () => {
    const [n, d] = [64, 8]
    const [queries, keys] = [embeddings(normalValues(2, n * d), d), embeddings(normalValues(3, n * d), d)]
    const whole = infoNceLoss(queries, keys, { reduction: 'sum' }).dataSync()[0]
    for (const chunk of [1, 7, n]) {
      let total = 0
      for (let from = 0; from < n; from += chunk) {
        const size = Math.min(chunk, n - from)
        const positives = Int32Array.from({ length: size }, (_, i) => from + i)
        const part = infoNceLoss(tf.slice(queries, [from, 0], [size, d]), keys, {
          positives,
          reduction: 'sum',
        })
        total += part.dataSync()[0]
      }
      expectClose(total, whole, { absolute: 0, relative: 1e-6 })
    }
  })

  it('case 13: sums over 65,536 keys, and means over 65,536 rows, are accurate', () => {
    const m = 65_536
    const keys = uniformValues(4, m, -1, 1)
    const loss = infoNceLoss(tf.tensor2d([[1]]), tf.tensor2d(keys, [m, 1]), {
      logitScale: 4,
      normalize: false,
    })
    const expected = meanOfCounted(infoNceRows(pairLogits([[1]], rowsOf(keys, 1), 4)))
    expectClose(loss, expected, { absolute: 0, relative: 1e-6 })
    const uniform = infoNceLoss(tf.ones([1, 2]), tf.ones([m, 2]))
    expectClose(uniform, Math.log(m), { absolute: 0, relative: 1e-6 })
    const ratios = uniformValues(5, 3 * m, -4, 4)
    expectClose(rankingNceLoss(tf.tensor2d(ratios, [m, 3])), rankingNce(rowsOf(ratios, 3)), {
      absolute: 0,
      relative: 1e-6,
    })
  })

  it('case 13: spreads and correlations over 65,536 rows are accurate', () => {
    const n = 65_536
    const [x, y] = [normalValues(11, 2 * n), normalValues(12, 2 * n)]
    const views = [embeddings(x, 2), embeddings(y, 2)] as const
    const close = { absolute: 1e-6, relative: 1e-5 }
    expectClose(alignment(...views), alignment64(unitRows(rowsOf(x, 2)), unitRows(rowsOf(y, 2))), close)
    const weights = { invariance: 25, variance: 25, covariance: 1 }
    expectClose(vicRegLoss(...views), vicReg(rowsOf(x, 2), rowsOf(y, 2), weights), close)
    expectClose(barlowTwinsLoss(...views), barlowTwins(rowsOf(x, 2), rowsOf(y, 2), 0.0051), close)
  })

  it('case 7: uniformity, and SigLIP, with counts that no tile divides', () => {
    const values = normalValues(13, 2 * 515)
    expectClose(uniformity(embeddings(values, 2)), uniformity64(unitRows(rowsOf(values, 2))))
    // All logits at −300: 515 right pairs at 300 each, all others at nothing.
    const same = tf.ones([515, 2]) as tf.Tensor2D
    expectClose(siglipLoss(same, same, { logitScale: 10, logitBias: -310 }), 300)
  })

  it('case 14: the gradients of debiased and sigmoid losses are those of the losses returned', () => {
    const inputs = [embeddings(normalValues(6, 12), 3), embeddings(normalValues(7, 12), 3), tf.scalar(3)]
    for (const f of [
      (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) =>
        hardNegativeContrastiveLoss([a, b] as tf.Tensor2D[], { logitScale: s, tauPlus: 0.02 }),
      (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) =>
        siglipLoss(a as tf.Tensor2D, b as tf.Tensor2D, { logitScale: s, logitBias: -1 }),
    ]) {
      const numerical = tensorNumericalGradient(f, inputs, [1])
      for (const [at, grad] of tf.grads(f)(inputs).entries())
        expectClose(grad, numerical[at], { absolute: 1e-3, relative: 5e-3 })
    }
  })

  it('case 14: the gradient is that of the loss that is returned, also where the positive underflows', () => {
    const [image, text] = [embeddings(normalValues(6, 12), 3), embeddings(normalValues(7, 12), 3)]
    const f = (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) =>
      clipLoss(a as tf.Tensor2D, b as tf.Tensor2D, { logitScale: s as tf.Scalar })
    const inputs = [image, text, tf.scalar(3)]
    const numerical = tensorNumericalGradient(f, inputs, [1])
    for (const [at, grad] of tf.grads(f)(inputs).entries())
      expectClose(grad, numerical[at], { absolute: 2e-4, relative: 2e-3 })
    // p₊ = e⁻²⁰⁰ is 0 in float32: the loss is 200 all the same and its slope −1 in the positive's logit.
    const ratios = tf.tensor2d([[-100, 100]])
    const { value, grad } = tf.valueAndGrad(x => rankingNceLoss(x as tf.Tensor2D))(ratios)
    expectClose(value, 200)
    expectClose(grad, [-1, 1])
  })

  it('case 18: only binary NCE sees a constant added to f; it has a gradient for log Z, ranking none', () => {
    const [data, noise] = [tf.tensor1d(normalValues(8, 5)), tf.tensor1d(normalValues(9, 10))]
    const slope = tf
      .grad(c => binaryNceLoss(tf.add(data, c), tf.add(noise, c)))(tf.scalar(3))
      .dataSync()[0]
    expect(slope).toBeGreaterThan(0.1)
    const rows = tf.tensor2d(normalValues(10, 12), [4, 3])
    expectClose(tf.grad(c => rankingNceLoss(tf.add(rows, c)))(tf.scalar(3)), 0)
  })
})
