import { clipLoss, infoNceLoss, ntXentLoss, siglipLoss } from '@chiaro/objectives'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { ranksInTurn } from '@chiaro/test-kit/ranks-in-turn'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { clipLossOverRanks } from './clip-over-ranks.ts'
import type { Communicator } from './communicator.ts'
import { infoNceLossOverRanks } from './info-nce-over-ranks.ts'
import { ntXentLossOverRanks } from './nt-xent-over-ranks.ts'
import { siglipLossOverRanks } from './siglip-over-ranks.ts'

const d = 6

/** How rows are shared out: none has a factor in common with all others, so that a mean of means shows. */
const divisions = [[13], [6, 7], [7, 1, 5], [4, 3, 3, 3], [1, 9, 1, 2]]

type Loss = (a: tf.Tensor, b: tf.Tensor, scale: tf.Tensor, bias: tf.Tensor) => tf.Scalar

interface Case {
  readonly name: string
  readonly whole: Loss
  readonly over: (communicator: Communicator) => Loss
}

const queue = () => tf.tensor2d(normalValues(9, 4 * d), [4, d])
const cases: readonly Case[] = [
  {
    name: 'clipLoss',
    whole: (a, b, logitScale, bias) => plus(clipLoss(a, b, { logitScale }), bias),
    over: at => (a, b, logitScale, bias) =>
      plus(clipLossOverRanks(a, b, at, { logitScale }), share(bias, at)),
  },
  {
    name: 'clipLoss without normalisation',
    whole: (a, b, logitScale, bias) => plus(clipLoss(a, b, { logitScale, normalize: false }), bias),
    over: at => (a, b, logitScale, bias) =>
      plus(clipLossOverRanks(a, b, at, { logitScale, normalize: false }), share(bias, at)),
  },
  {
    name: 'siglipLoss',
    whole: (a, b, logitScale, logitBias) => siglipLoss(a, b, { logitScale, logitBias }),
    over: at => (a, b, logitScale, logitBias) => siglipLossOverRanks(a, b, at, { logitScale, logitBias }),
  },
  {
    name: 'ntXentLoss',
    whole: (a, b, logitScale, bias) => plus(ntXentLoss([a, b], { logitScale }), bias),
    over: at => (a, b, logitScale, bias) =>
      plus(ntXentLossOverRanks([a, b], at, { logitScale }), share(bias, at)),
  },
  {
    name: 'ntXentLoss of three views, decoupled',
    whole: (a, b, logitScale, bias) =>
      plus(ntXentLoss([a, b, tf.add(a, b)], { logitScale, decoupled: true }), bias),
    over: at => (a, b, logitScale, bias) =>
      plus(ntXentLossOverRanks([a, b, tf.add(a, b)], at, { logitScale, decoupled: true }), share(bias, at)),
  },
  {
    name: 'infoNceLoss with a queue',
    whole: (a, b, logitScale, bias) => plus(infoNceLoss(a, b, { logitScale, queue: queue() }), bias),
    over: at => (a, b, logitScale, bias) =>
      plus(infoNceLossOverRanks(a, b, at, { logitScale, queue: queue() }), share(bias, at)),
  },
]

/** A term that every rank has alike is a share of 1/W on each. */
const plus = (loss: tf.Tensor, bias: tf.Tensor) => tf.add(loss, tf.square(bias)) as tf.Scalar
const share = (bias: tf.Tensor, { size }: Communicator) => tf.div(bias, Math.sqrt(size))

const n = 13
const values = [normalValues(1, n * d), normalValues(2, n * d)]
const [scale, bias] = [3, -1.5]

/** Value and gradients of a loss at rows from … to, as plain numbers. */
function valueAndGradients(loss: Loss, from: number, to: number): Float32Array[] {
  return tf.tidy(() => {
    const rows = values.map(all => tf.tensor2d(all.slice(from * d, to * d), [to - from, d]))
    const { value, grads } = tf.valueAndGrads(loss)([...rows, tf.scalar(scale), tf.scalar(bias)])
    return [value, ...grads].map(x => x.dataSync() as Float32Array)
  })
}

describeBackends('losses over ranks', () => {
  it.each(cases)(
    '$name: value and all gradients are those of one process, whatever the shares',
    ({ whole, over }) => {
      const [value, ...gradients] = valueAndGradients(whole, 0, n)
      for (const division of divisions) {
        const bounds = [0]
        for (const count of division) bounds.push(bounds[bounds.length - 1] + count)
        const ranks = ranksInTurn(division.length, communicator =>
          valueAndGradients(over(communicator), bounds[communicator.rank], bounds[communicator.rank + 1]),
        )
        const sum = (at: number) => ranks.reduce((total, rank) => total + rank[at][0], 0)
        expectClose([sum(0)], value, { absolute: 1e-6, relative: 3e-7 })
        // Rows of a rank have their gradient there, whole; those of scale and bias are summed as parameters' are.
        for (const at of [0, 1]) {
          const joined = ranks.flatMap(rank => Array.from(rank[at + 1]))
          expectClose(joined, gradients[at], { absolute: 1e-6, relative: 0 })
        }
        expectClose([sum(3), sum(4)], [gradients[2][0], gradients[3][0]], { absolute: 1e-6, relative: 1e-6 })
      }
    },
  )

  it('a rank without rows is refused on every rank, by name', () => {
    for (const loss of [clipLossOverRanks, siglipLossOverRanks, infoNceLossOverRanks]) {
      const told = ranksInTurn(3, communicator => {
        const x = tf.zeros([communicator.rank === 1 ? 0 : 2, 3])
        try {
          return loss(x, x, communicator)
        } catch (error) {
          if (!(error instanceof RangeError)) throw error
          return error.message
        }
      })
      for (const one of told) expect(one).toMatch(/must be a row at least on every rank, got none on rank 1$/)
    }
  })

  it('ranks whose rows differ in width are refused', () => {
    const differing = () =>
      ranksInTurn(2, communicator => {
        const x = tf.ones([2, communicator.rank === 1 ? 6 : 3])
        return clipLossOverRanks(x, x, communicator)
      })
    expect(differing).toThrow(/rows of one width on every rank, got 6 numbers a row from rank 1, 3 here/)
  })

  it('second derivatives are refused, since other ranks would have no part in them', () => {
    const x = tf.ones([2, 3])
    const twice = () =>
      ranksInTurn(1, communicator =>
        tf.grad(a => tf.sum(tf.grad((b: tf.Tensor) => clipLossOverRanks(b, x, communicator))(a)))(x),
      )
    expect(twice).toThrow(/first derivatives only/)
  })
})
