import { key } from '@chiaro/random'
import { expectClose, useTestBackend } from '@chiaro/test-kit'
import { ranksInTurnAsync } from '@chiaro/test-kit/ranks-in-turn'
import { constant, type FitOptions, fit, sgd } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Communicator, oneRank } from './communicator.ts'
import { fitOverRanks } from './fit-over-ranks.ts'
import { meanOverRanks } from './mean-over-ranks.ts'
import { clipRun, largestDifference, simclrRun, trainOnRanks } from './mpi/runs-in-test.ts'

beforeAll(() => useTestBackend('wasm'))

const values = [1, 2, 4, 8, 16]

/** Finds the mean of some values, whoever has which. */
function mean(own: readonly number[], communicator: Communicator | undefined) {
  const w = tf.variable(tf.scalar(0))
  const options: FitOptions<number> = {
    parameters: { w },
    batches: step => Array.from({ length: 3 }, (_, i) => step + i),
    loss: () => {
      const squares = tf.square(tf.sub(w, tf.tensor1d([...own])))
      return communicator === undefined
        ? (tf.mean(squares) as tf.Scalar)
        : meanOverRanks(squares, communicator)
    },
    steps: 3,
    optimizer: sgd({ momentum: 0.9 }),
    schedule: constant(0.1),
    key: key(1),
  }
  return { w, options }
}

/** The losses of a run, then w. */
async function ran(steps: AsyncIterable<{ readonly loss: number }>, w: tf.Variable): Promise<number[]> {
  const losses: number[] = []
  try {
    for await (const { loss } of steps) losses.push(loss)
    return [...losses, w.dataSync()[0]]
  } finally {
    w.dispose()
  }
}

describe('fitOverRanks', () => {
  it.each([
    ['SimCLR', simclrRun],
    ['CLIP', clipRun],
  ])(
    'trains %s with batch norm to the weights of one process, all ranks to the same bits',
    async (_, run) => {
      const alone = await trainOnRanks(run, undefined, [16], 2)
      expect(largestDifference(await trainOnRanks(run, oneRank(), [16], 2), alone)).toBeLessThan(2e-6)
      const ranks = await ranksInTurnAsync(3, communicator => trainOnRanks(run, communicator, [5, 8, 3], 2))
      for (const rank of ranks) expect(rank).toEqual(ranks[0])
      expect(largestDifference(ranks[0], alone)).toBeLessThan(2e-6)
    },
  )

  it('on one rank is fit, bit for bit', async () => {
    const [a, b] = [mean(values, undefined), mean(values, undefined)]
    expect(await ran(fitOverRanks(oneRank(), a.options), a.w)).toEqual(await ran(fit(b.options), b.w))
  })

  it('sums shares: the loss that it tells is that of all rows', async () => {
    const { w, options } = mean(values, undefined)
    const alone = await ran(fit(options), w)
    const ranks = await ranksInTurnAsync(2, communicator => {
      const own = mean(communicator.rank === 0 ? values.slice(0, 1) : values.slice(1), communicator)
      return ran(fitOverRanks(communicator, own.options), own.w)
    })
    for (const rank of ranks) expectClose(rank, alone, { relative: 1e-6 })
  })

  it('refuses ranks that begin with other weights or for other steps, by name', async () => {
    const withOther = (change: (w: tf.Variable) => Partial<FitOptions<number>>) =>
      ranksInTurnAsync(2, communicator => {
        const { w, options } = mean(values, communicator)
        const changed = communicator.rank === 1 ? change(w) : {}
        return ran(fitOverRanks(communicator, { ...options, ...changed }), w)
      })
    await expect(withOther(() => ({ steps: 2 }))).rejects.toThrow(
      'fitOverRanks: steps must be the same on every rank, got other steps on rank 1 than on rank 0',
    )
    const moved = (w: tf.Variable) => {
      w.assign(tf.scalar(1e-7))
      return {}
    }
    await expect(withOther(moved)).rejects.toThrow(/parameters must be the same on every rank/)
    await expect(withOther(() => ({ key: key(2) }))).rejects.toThrow(/key must be the same on every rank/)
  })

  it('stops all ranks after the step in which one is told to, and rank 0 alone saves', async () => {
    const saved: number[][] = [[], []]
    const told = await ranksInTurnAsync(2, async communicator => {
      const { rank } = communicator
      saved[rank] = []
      const { w, options } = mean(values, communicator)
      const stop = new AbortController()
      const steps = fitOverRanks(communicator, {
        ...options,
        signal: stop.signal,
        checkpoints: { save: ({ step }) => void saved[rank].push(step) },
        loss: (batch, context) => {
          if (rank === 1 && context.step === 2) stop.abort(new Error('enough'))
          return options.loss(batch, context)
        },
      })
      let last = 0
      try {
        for await (const { step } of steps) last = step
        return 'went on'
      } catch (error) {
        if (!/enough|told to stop/.test((error as Error).message)) throw error
        return `${(error as Error).message} after ${last}`
      } finally {
        w.dispose()
      }
    })
    expect(told).toEqual(['another rank was told to stop after 2', 'enough after 2'])
    expect(saved).toEqual([[2], []])
  })

  it('goes by what the first rank’s validation finds, to the bit, whatever the others find', async () => {
    const found = [
      [0.1, 0.3, 0.2],
      [0.5, 0.4, 0.6],
    ]
    const ends = await ranksInTurnAsync(2, async communicator => {
      const { w, options } = mean(values, communicator)
      const validation: FitOptions<number>['validation'] = {
        ...{ every: 1, metric: 'score', patience: 1 },
        run: ({ step }) => ({ other: step / 3, score: found[communicator.rank][step - 1] }),
      }
      try {
        const steps: unknown[] = []
        for await (const step of fitOverRanks(communicator, { ...options, validation })) {
          steps.push([step.validation, step.best, step.stopped])
        }
        return steps
      } finally {
        w.dispose()
      }
    })
    expect(ends[1]).toEqual(ends[0])
    expect(ends[0]).toEqual([
      [{ other: 1 / 3, score: 0.1 }, { step: 1, value: 0.1 }, undefined],
      [{ other: 2 / 3, score: 0.3 }, { step: 2, value: 0.3 }, undefined],
      [{ other: 1, score: 0.2 }, { step: 2, value: 0.3 }, undefined],
    ])
  })

  it('refuses validations that find another number of figures', async () => {
    const run = ranksInTurnAsync(2, communicator => {
      const { w, options } = mean(values, communicator)
      const figures = communicator.rank === 0 ? { a: 1, b: 2 } : { a: 1 }
      const validation = { every: 1, run: () => figures }
      return ran(fitOverRanks(communicator, { ...options, validation }), w)
    })
    await expect(run).rejects.toThrow(
      'validation must find as many numbers on every rank, got 1 here and 2 on rank 0',
    )
  })

  it('tells how long each rank has been in calls since the step before', async () => {
    // A rank that is asked for its numbers later and later has waited the longer for others.
    const clock = [3, 5]
    const waits = await ranksInTurnAsync(2, async communicator => {
      const { w, options } = mean(values, communicator)
      let asked = 0
      const timed = { ...communicator, waited: () => clock[communicator.rank] * (asked++) ** 2 }
      try {
        const all: (readonly number[])[] = []
        for await (const { waited } of fitOverRanks(timed, options)) all.push(waited)
        return all
      } finally {
        w.dispose()
      }
    })
    expect(waits[1]).toEqual(waits[0])
    expect(waits[0]).toEqual([
      [3, 5],
      [9, 15],
      [15, 25],
    ])
  })

  it('refuses what has no place where ranks sum', async () => {
    const { w, options } = mean(values, undefined)
    const replayed = { ...options, replay: true }
    await expect(ran(fitOverRanks(oneRank(), replayed), w)).rejects.toThrow(
      'fitOverRanks: replay has no place where ranks sum, got it given',
    )
  })
})
