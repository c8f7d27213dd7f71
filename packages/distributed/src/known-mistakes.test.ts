import { joined } from '@chiaro/core'
import { binaryNceLoss, clipLoss, infoNceLoss, rankingNceLoss } from '@chiaro/objectives'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { ranksInTurn } from '@chiaro/test-kit/ranks-in-turn'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { clipLossOverRanks } from './clip-over-ranks.ts'
import type { Communicator } from './communicator.ts'
import { meanOverRanks } from './mean-over-ranks.ts'

// What other libraries have got wrong (open_clip 616 and 894; lightly 1176, 1528, 1920 and 1977; pytorch 22192): each is
// done here as they did, to show that the measure by which our losses are right tells it apart.
const [n, d, logitScale] = [16, 5, 12]
const [images, texts] = [normalValues(1, n * d), normalValues(2, n * d)]
const rowsOf = (all: Float32Array, from: number, to: number) =>
  tf.tensor2d(all.slice(from * d, to * d), [to - from, d])

type ClipLoss = (image: tf.Tensor, text: tf.Tensor, scale: tf.Tensor) => tf.Scalar

/** Gradients of images, texts and scale at rows from … to. */
function gradients(loss: ClipLoss, from: number, to: number): Float32Array[] {
  return tf.tidy(() => {
    const inputs = [rowsOf(images, from, to), rowsOf(texts, from, to), tf.scalar(logitScale)]
    return tf
      .grads(loss)(inputs)
      .map(x => x.dataSync() as Float32Array)
  })
}

const norm = (values: Float32Array) => Math.hypot(...values)

/** The gradients of towers and scale over ranks, divided by those of one process. */
function ratios(counts: readonly number[], perRank: (at: Communicator) => ClipLoss, mean: boolean) {
  const right = gradients((a, b, s) => clipLoss(a, b, { logitScale: s }), 0, n)
  const ranks = ranksInTurn(counts.length, communicator => {
    const from = counts.slice(0, communicator.rank).reduce((sum, count) => sum + count, 0)
    return gradients(perRank(communicator), from, from + counts[communicator.rank])
  })
  const factor = mean ? 1 / counts.length : 1
  const towers = joined(ranks.flatMap(rank => rank.slice(0, 2)))
  const scale = ranks.reduce((sum, rank) => sum + rank[2][0], 0)
  return {
    tower: (factor * norm(towers)) / norm(joined(right.slice(0, 2))),
    scale: (factor * scale) / right[2][0],
  }
}

/** All rows, those of others without a gradient; this rank's too unless they are kept. */
function withoutGradients(x: tf.Tensor, { rank, allGather }: Communicator, keepOwn: boolean): tf.Tensor {
  const parts = allGather(x.dataSync() as Float32Array)
  return tf.concat(
    parts.map((part, r) => (keepOwn && r === rank ? x : tf.tensor2d(part, [part.length / d, d]))),
  )
}

const even = [4, 4, 4, 4]

describeBackends('known mistakes', () => {
  it('ours: towers and scale get the gradient of one process, even and uneven', () => {
    for (const counts of [even, [1, 9, 2, 4]]) {
      const { tower, scale } = ratios(
        counts,
        at => (a, b, s) => clipLossOverRanks(a, b, at, { logitScale: s }),
        false,
      )
      expect(Math.abs(tower - 1)).toBeLessThan(1e-6)
      expect(Math.abs(scale - 1)).toBeLessThan(1e-6)
    }
  })

  it('the loss of all rows with rows of others as constants, a mean over ranks: a quarter of the gradient', () => {
    const whole = (at: Communicator) => (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) =>
      clipLoss(withoutGradients(a, at, true), withoutGradients(b, at, true), { logitScale: s })
    const meaned = ratios(even, whole, true)
    expect(meaned.tower).toBeCloseTo(0.25, 5)
    expect(meaned.scale).toBeCloseTo(1, 5)
    // A sum in place of the mean mends the towers, and the temperature learns four times too fast.
    const summed = ratios(even, whole, false)
    expect(summed.tower).toBeCloseTo(1, 5)
    expect(summed.scale).toBeCloseTo(4, 4)
  })

  it('the loss of own rows with what is gathered as constants: about half of the gradient', () => {
    const local = (at: Communicator) => (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) => {
      const count = a.shape[0]
      const positives = Int32Array.from({ length: count }, (_, i) => at.rank * count + i)
      const [allA, allB] = [withoutGradients(a, at, false), withoutGradients(b, at, false)]
      const toText = infoNceLoss(a, allB, { logitScale: s, positives })
      return tf.mul(tf.add(toText, infoNceLoss(b, allA, { logitScale: s, positives })), 0.5) as tf.Scalar
    }
    const { tower, scale } = ratios(even, local, true)
    expect(tower).toBeGreaterThan(0.25)
    expect(tower).toBeLessThan(0.75)
    expect(scale).toBeCloseTo(1, 4)
  })

  it('a mean of means counts rows of small shares more; meanOverRanks does not', () => {
    const values = normalValues(3, n)
    const mean = values.reduce((sum, x) => sum + x, 0) / n
    const shared = (f: (own: Float32Array, at: Communicator) => number) => {
      const bounds = [0, 1, 10, 12, n]
      const all = ranksInTurn(4, at => f(values.slice(bounds[at.rank], bounds[at.rank + 1]), at))
      return all.reduce((sum, x) => sum + x, 0)
    }
    expectClose([shared((own, at) => meanOverRanks(tf.tensor1d(own), at).dataSync()[0])], [mean], {
      absolute: 1e-6,
    })
    const ofMeans = shared(own => own.reduce((sum, x) => sum + x, 0) / own.length / 4)
    expect(Math.abs(ofMeans - mean)).toBeGreaterThan(0.05)
  })

  it('binary and ranking NCE need no rows of others: shares of their mean are all', () => {
    const [data, noise, ranked] = [normalValues(4, n), normalValues(5, 3 * n), normalValues(6, 4 * n)]
    const bounds = [0, 1, 10, n]
    const part = (all: Float32Array, each: number, at: Communicator) =>
      all.slice(each * bounds[at.rank], each * bounds[at.rank + 1])
    const binary = ranksInTurn(3, at => {
      const [own, others] = [tf.tensor1d(part(data, 1, at)), tf.tensor1d(part(noise, 3, at))]
      return meanOverRanks(binaryNceLoss(own, others, { noiseRatio: 3, reduction: 'none' }), at).dataSync()[0]
    })
    const ranking = ranksInTurn(3, at => {
      const own = part(ranked, 4, at)
      const losses = rankingNceLoss(tf.tensor2d(own, [own.length / 4, 4]), { reduction: 'none' })
      return meanOverRanks(losses, at).dataSync()[0]
    })
    const sum = (all: number[]) => [all.reduce((total, x) => total + x, 0)]
    const close = { absolute: 1e-6, relative: 0 }
    expectClose(sum(binary), binaryNceLoss(tf.tensor1d(data), tf.tensor1d(noise), { noiseRatio: 3 }), close)
    expectClose(sum(ranking), rankingNceLoss(tf.tensor2d(ranked, [n, 4])), close)
  })

  it('no row on any rank is refused', () => {
    expect(() => ranksInTurn(2, at => meanOverRanks(tf.zeros([0]), at))).toThrow(
      /of a row at least, on some rank/,
    )
  })
})
