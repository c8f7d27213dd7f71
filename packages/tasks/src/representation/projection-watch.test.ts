import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import { alignment, uniformity } from '@chiaro/test-kit/oracles/pairwise-losses'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { collapseInWords } from './collapse.ts'
import { watchProjections } from './projection-watch.ts'

const [n, d] = [6, 3]
const key = { high: 0, low: 0 }
const values = Float32Array.from(normalValues(3, 2 * n * d))

describeBackends('watchProjections', () => {
  it('measures the first two views of the steps that are due', async () => {
    const watch = watchProjections({ every: 2, steps: 5 })
    const z = tf.tensor2d(values, [2 * n, d])
    watch.note(1, () => ({ z, views: 2 }))
    expect(await watch.validation.run({ step: 1, key })).toEqual({})
    const unit = unitRows(rowsOf(values, d))
    const [x, y] = [unit.slice(0, n), unit.slice(n)]
    for (const step of [2, 5]) {
      watch.note(step, () => ({ z, views: 2 }))
      const found = await watch.validation.run({ step, key })
      expectClose([found.alignment, found.uniformity], [alignment(x, y), uniformity(x)], { relative: 1e-5 })
      expect(found.effectiveRank).toBeGreaterThan(1)
      expect(found.effectiveRank).toBeLessThanOrEqual(d)
    }
    z.dispose()
  })

  it('of mixed first views measures the second, and no alignment', async () => {
    const watch = watchProjections({ every: 1, steps: 1 })
    const z = tf.tensor2d(values, [2 * n, d])
    watch.note(1, () => ({ z, views: 2, mix: { partners: new Int32Array(n), shares: new Float32Array(n) } }))
    const found = await watch.validation.run({ step: 1, key })
    expect(Object.keys(found)).toEqual(['uniformity', 'effectiveRank'])
    expectClose([found.uniformity], [uniformity(unitRows(rowsOf(values, d)).slice(n))], { relative: 1e-5 })
    z.dispose()
  })

  it('finds orthogonal rows full of rank, multiples of one row of rank 1', async () => {
    const watch = watchProjections({ every: 1, steps: 1 })
    const measured = async (rows: number[][]) => {
      const z = tf.tensor2d([...rows, ...rows])
      watch.note(1, () => ({ z, views: 2 }))
      z.dispose()
      return watch.validation.run({ step: 1, key })
    }
    const across = await measured([
      [2, 0],
      [0, 2],
    ])
    // Two unit rows at a right angle: log e^{−2·2}.
    expectClose([across.alignment, across.uniformity, across.effectiveRank], [0, -4, 2], { absolute: 1e-5 })
    const along = await measured([
      [1, 2],
      [2, 4],
    ])
    expectClose([along.uniformity, along.effectiveRank], [0, 1], { absolute: 1e-5 })
  })
})

const ofRun = { objective: 'nt-xent', dimension: 8, warmupSteps: 10, unit: 'picture' } as const

it('says what a collapse is and what to try, after the warm-up', () => {
  const point = { uniformity: -0.01, effectiveRank: 1.1 }
  expect(collapseInWords(ofRun, 11, point)).toMatch(
    /all pictures lie at nearly one place .* a lower temperature/,
  )
  expect(collapseInWords({ ...ofRun, objective: 'vicreg' }, 11, point)).toMatch(/a larger variance weight/)
  expect(collapseInWords(ofRun, 10, point)).toBeUndefined()
  const line = { uniformity: -1, effectiveRank: 1.2 }
  expect(collapseInWords(ofRun, 11, line)).toContain('effective rank 1.20 of 8')
  expect(collapseInWords(ofRun, 11, { uniformity: -1, effectiveRank: 1.6 })).toBeUndefined()
  expect(collapseInWords(ofRun, 11, {})).toBeUndefined()
})
