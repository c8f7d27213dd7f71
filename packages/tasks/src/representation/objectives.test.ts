import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import {
  infoNceRows,
  meanOfCounted,
  ntXent,
  pairLogits,
  rowsOf,
  unitRows,
} from '@chiaro/test-kit/oracles/contrastive'
import { alignment, debiasedRows, uniformity } from '@chiaro/test-kit/oracles/pairwise-losses'
import { barlowTwins, vicReg } from '@chiaro/test-kit/oracles/redundancy-reduction'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import type { ObjectiveNumbers } from './objective.ts'
import { type ObjectiveName, objectiveNamed, objectiveNames, objectivesWith } from './objectives.ts'

const [n, d, views] = [5, 3, 3]
const values = Float32Array.from(normalValues(1, views * n * d))
const rows = rowsOf(values, d)
const unit = unitRows(rows)
const classes = Int32Array.of(0, 1, 1, 2, 0)
const queue = unitRows(rowsOf(Float32Array.from(normalValues(2, 4 * d)), d))

type Rows = readonly (readonly number[])[]
const viewsOf = (of: Rows) => Array.from({ length: views }, (_, v) => of.slice(v * n, (v + 1) * n))

/** The mean over the three pairs of views. */
function overPairs(of: Rows, f: (x: Rows, y: Rows) => number): number {
  const [a, b, c] = viewsOf(of)
  return (f(a, b) + f(a, c) + f(b, c)) / 3
}

const debiased = (scale: number, tauPlus: number, beta: number) => {
  const losses = debiasedRows(pairLogits(unit, unit, scale), views, { tauPlus, beta, scale })
  return losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length
}

const cases: readonly [ObjectiveName, ObjectiveNumbers, () => number][] = [
  ['nt-xent', { temperature: 0.5 }, () => ntXent(unit, views, 2)],
  ['decoupled', { temperature: 0.5 }, () => ntXent(unit, views, 2, true)],
  ['debiased', { temperature: 0.5, prior: 0.2 }, () => debiased(2, 0.2, 0)],
  ['hard-negative', { temperature: 0.5, prior: 0.2, concentration: 2 }, () => debiased(2, 0.2, 2)],
  [
    'supcon',
    { temperature: 0.5 },
    () => {
      const classOf = (row: number) => classes[row % n]
      const positives = (i: number) =>
        unit.flatMap((_, j) => (j !== i && classOf(j) === classOf(i) ? [j] : []))
      const takesPart = (i: number, j: number) => i !== j
      return meanOfCounted(infoNceRows(pairLogits(unit, unit, 2), { positives, takesPart }))
    },
  ],
  [
    'vicreg',
    { invarianceWeight: 2, varianceWeight: 3, covarianceWeight: 4 },
    () => overPairs(rows, (x, y) => vicReg(x, y, { invariance: 2, variance: 3, covariance: 4 })),
  ],
  ['barlow-twins', { offDiagonalWeight: 0.3 }, () => overPairs(rows, (x, y) => barlowTwins(x, y, 0.3))],
  [
    'align-uniform',
    { uniformityWeight: 0.5 },
    () => overPairs(unit, (x, y) => alignment(x, y) + (0.5 * (uniformity(x) + uniformity(y))) / 2),
  ],
]

describeBackends('objectives of representations', () => {
  it.each(cases)('%s with %j is that of float64, over three views', async (name, numbers, oracle) => {
    const z = tf.tensor2d(values, [views * n, d])
    const loss = objectiveNamed(name).loss({ z, views, classes }, numbers)
    expectClose(await loss.data(), [oracle()], { relative: 1e-5, absolute: 1e-5 })
    tf.dispose([z, loss])
  })

  it('moco tells a key from those of the queue, not from those of the batch', async () => {
    const [x, y] = viewsOf(unit)
    const logits = x.map((query, i) => pairLogits([query], [y[i], ...queue], 2)[0])
    const [z, keys, kept] = [x, y, queue].map(part => tf.tensor2d(part as number[][]))
    const loss = objectiveNamed('moco').loss(
      { z, views: 1, moco: { keys, queue: kept } },
      { temperature: 0.5 },
    )
    expectClose(await loss.data(), [meanOfCounted(infoNceRows(logits, { positives: () => [0] }))], {
      ...{ relative: 1e-5, absolute: 1e-5 },
    })
    tf.dispose([z, keys, kept, loss])
  })

  it.each(cases)(
    '%s of equal projections is what a model gives that tells nothing apart',
    async (name, numbers) => {
      const objective = objectiveNamed(name)
      const z = tf.ones([views * n, d]) as tf.Tensor2D
      const loss = objective.loss({ z, views, classes }, numbers)
      expectClose(
        await loss.data(),
        [objective.indifferent({ views, batchSize: n, dimension: d }, numbers)],
        {
          ...{ relative: 1e-5, absolute: 1e-5 },
        },
      )
      tf.dispose([z, loss])
    },
  )
})

it('a number belongs to the losses that take it', () => {
  expect(objectivesWith('prior')).toEqual(['debiased', 'hard-negative'])
  expect(objectivesWith('queue')).toEqual(['moco'])
  expect(objectiveNames).toHaveLength(9)
})
