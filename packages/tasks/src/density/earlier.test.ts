import { readFileSync } from 'node:fs'
import { useBackend } from '@chiaro/backend'
import { key, normalValues } from '@chiaro/random'
import { unpackRun } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { density } from './density.ts'
import { withChoices } from './earlier.ts'

// Made by an engine that rounds products before it adds them: later ones do too when asked to.
beforeAll(() => useBackend('wasm', { multiplyAdd: 'separate' }))
afterEach(() => tf.disposeVariables())

// A run by the code from before there were objectives to choose from, stopped at step 3 of 6 and at its end:
// density.train({ rows, key: key(2), widths: [6], steps: 6, batchSize: 16, validateEvery: 2, checkpointEvery: 3,
// jitter: 0.1, noiseRatio: 3, onSave }) of the rows below.
const read = (name: string) =>
  new Uint8Array(readFileSync(new URL(`./earlier-runs/${name}.zip`, import.meta.url)))
const draws = normalValues(key(8), 240)
const rows = Array.from({ length: 120 }, (_, i) => ({
  x: draws[2 * i],
  y: draws[2 * i] + draws[2 * i + 1] ** 2,
  site: draws[2 * i + 1] > 0 ? 'a' : 'b',
}))

it('goes on with a run from before to the same bits, and the same report', async () => {
  const ended = unpackRun(read('ended'))
  const model = await density.resume(read('begun'), { rows })
  const again = unpackRun(model.save())
  expect(again.latest).toEqual(ended.latest)
  expect(again.best).toEqual(ended.best)
  const { logLikelihood, noiseLogLikelihood, adequacy } = ended.report as Readonly<Record<string, unknown>>
  expect(model.report).toMatchObject({ logLikelihood, noiseLogLikelihood, adequacy })
  expect(model.config).toMatchObject({
    objective: { kind: 'binary-nce', noiseRatio: 3 },
    energy: { kind: 'tilt', widths: [6] },
  })
})

it('reads the plane’s objectives and energies, and leaves what is of today', () => {
  const plane = { parts: {}, training: { noiseRatio: 4 }, contrast: {}, objective: 'conditional' }
  expect(withChoices({ ...plane, energy: { kind: 'network', widths: [4] } })).toMatchObject({
    objective: { kind: 'conditional-nce', noiseRatio: 4, sigma: 0.3 },
    energy: { kind: 'tilt', widths: [4] },
  })
  expect(withChoices({ ...plane, objective: 'divergence', energy: { kind: 'gaussian' } })).toMatchObject({
    objective: { kind: 'cd', chainSteps: 10 },
    energy: { kind: 'gaussian' },
  })
  const now = { parts: {}, objective: { kind: 'ence', noiseRatio: 4 }, energy: { kind: 'network' } }
  expect(withChoices(now)).toEqual(now)
})
