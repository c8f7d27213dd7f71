import { tableFromRows } from '@chiaro/data'
import { key, normalValues } from '@chiaro/random'
import { useTestBackend } from '@chiaro/test-kit'
import { beforeAll, expect, it } from 'vitest'
import { readSettings } from '../settings/read-settings.ts'
import { configurePlane, planeSettingsOf, withPlaneSettings } from './config.ts'
import { planeDensity } from './plane-density.ts'
import { planeSettings } from './settings.ts'

const table = tableFromRows(
  normalValues(key(2), 400).map((z, at) => (at & 1 ? 30 * z + 5 : z)),
  2,
  ['a', 'b'],
)
const configure = (given: object) =>
  configurePlane(readSettings('plane', planeSettings, given), table, key(1))

beforeAll(() => useTestBackend('cpu'))

it('is JSON that parses to itself, and tells the settings that made it', async () => {
  const given = {
    standardise: true,
    energy: 'mixture',
    objective: 'sliced',
    noise: 'kernel-density',
    steps: 80,
  }
  const config = await configure(given)
  expect(planeDensity.parse(JSON.parse(JSON.stringify(config)))).toEqual(config)
  expect(planeSettingsOf(config)).toMatchObject({ ...given, learningRate: 0.02, noiseWidth: 1.3 })
  expect(config.training).toMatchObject({ warmupSteps: 20, batchSize: 256 })
})

it('measures columns as they are, or in deviations', async () => {
  const scales = async (standardise: boolean) =>
    (await configure({ standardise })).encoding.columns.map(
      column => 'deviation' in column && column.deviation,
    )
  expect(await scales(false)).toEqual([1, 1])
  const [a, b] = (await scales(true)) as number[]
  expect(a).toBeCloseTo(1, 0)
  expect(b / a).toBeGreaterThan(20)
})

it('fits another noise only where another is asked for', async () => {
  const config = await configure({})
  const slower = await withPlaneSettings(config, { learningRate: 0.001, steps: 1000 }, table, key(1))
  expect(slower.contrast.fitted).toBe(config.contrast.fitted)
  expect(slower.training).toMatchObject({ learningRate: 0.001, steps: 1000, warmupSteps: 100 })
  const wider = await withPlaneSettings(config, { noiseWidth: 2.6 }, table, key(1))
  const covariance = (of: typeof config) =>
    (of.contrast.fitted as unknown as { readonly covariance: number[][] }).covariance[1][1]
  expect(covariance(wider) / covariance(config)).toBeCloseTo(4, 9)
})

it('names the field that is not as it must be', () => {
  expect(() => planeDensity.parse({})).toThrow(/density: encoding must be/)
})
