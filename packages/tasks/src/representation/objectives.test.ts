import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import {
  iMixRows,
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
import { multiCropLoss, type ObjectiveNumbers } from './objective.ts'
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

  it.each(cases.filter(([name]) => objectiveNamed(name).locals))(
    '%s with smaller views compares those with the larger ones alone',
    async (name, numbers) => {
      const [locals, small] = [2, Float32Array.from(normalValues(3, 2 * n * d))]
      const smaller = unitRows(rowsOf(small, d))
      // Row i of all is of sample i modulo n; the first views·n are keys too.
      const all = [...unit, ...smaller]
      const contrastive = (same: (i: number, j: number) => boolean) => {
        const positives = (i: number) => unit.flatMap((_, j) => (j !== i && same(i % n, j % n) ? [j] : []))
        const takesPart = (i: number, j: number) => i !== j
        return meanOfCounted(infoNceRows(pairLogits(all, unit, 2), { positives, takesPart }))
      }
      const paired = (of: Rows, f: (x: Rows, y: Rows) => number) => {
        const parts = Array.from({ length: views + locals }, (_, v) => of.slice(v * n, (v + 1) * n))
        const found = parts.slice(0, views).flatMap((x, i) => parts.slice(i + 1).map(y => f(x, y)))
        return found.reduce((sum, value) => sum + value, 0) / found.length
      }
      const raw = [...rows, ...rowsOf(small, d)]
      const expected: Readonly<Record<string, () => number>> = {
        'nt-xent': () => contrastive((a, b) => a === b),
        supcon: () => contrastive((a, b) => classes[a] === classes[b]),
        vicreg: () => paired(raw, (x, y) => vicReg(x, y, { invariance: 2, variance: 3, covariance: 4 })),
        'barlow-twins': () => paired(raw, (x, y) => barlowTwins(x, y, 0.3)),
        'align-uniform': () =>
          paired(all, (x, y) => alignment(x, y) + (0.5 * (uniformity(x) + uniformity(y))) / 2),
      }
      const [z, z2] = [tf.tensor2d(values, [views * n, d]), tf.tensor2d(small, [locals * n, d])]
      const objective = objectiveNamed(name)
      const loss = objective.loss({ z, views, locals: z2, classes }, numbers)
      expectClose(await loss.data(), [expected[name]()], { relative: 1e-5, absolute: 1e-5 })
      const same = [views * n, locals * n].map(count => tf.ones([count, d]) as tf.Tensor2D)
      const tied = objective.loss({ z: same[0], views, locals: same[1], classes }, numbers)
      const indifferent = objective.indifferent({ views, locals, batchSize: n, dimension: d }, numbers)
      expectClose(await tied.data(), [indifferent], { relative: 1e-5, absolute: 1e-5 })
      tf.dispose([z, z2, loss, tied, ...same])
    },
  )

  it('nt-xent without smaller views is what multi-crop makes of none', async () => {
    const z = tf.tensor2d(values, [views * n, d])
    const samples = Int32Array.from({ length: n }, (_, i) => i)
    const losses = [
      objectiveNamed('nt-xent').loss({ z, views }, { temperature: 0.5 }),
      multiCropLoss({ z, views }, samples, { temperature: 0.5 }),
    ]
    expectClose(losses[1], losses[0], { relative: 1e-6, absolute: 0 })
    tf.dispose([z, ...losses])
  })

  it('nt-xent of mixed first views has two right keys, to their shares', async () => {
    const mix = { partners: Int32Array.of(1, 0, 3, 4, 2), shares: Float32Array.of(0.2, 0.9, 1, 0.5, 0) }
    const [x, y] = viewsOf(unit)
    const expected = iMixRows(pairLogits(x, y, 2), mix.partners, mix.shares)
    const z = tf.tensor2d([...x, ...y].map(row => [...row]))
    const objective = objectiveNamed('nt-xent')
    const loss = objective.loss({ z, views: 2, mix }, { temperature: 0.5 })
    expectClose(await loss.data(), [meanOfCounted(expected)], { relative: 1e-5, absolute: 1e-5 })
    const size = { views: 2, batchSize: n, dimension: d, mixed: true }
    expect(objective.indifferent(size, {})).toBe(Math.log(n))
    expect(objective.candidates?.(size, {})).toBeUndefined()
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
  const multiCrop = objectiveNames.filter(name => objectiveNamed(name).locals)
  expect(multiCrop).toEqual(['nt-xent', 'supcon', 'vicreg', 'barlow-twins', 'align-uniform'])
})
