import { key, normalValues, uniformValues } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { clip } from './clip/clip.ts'
import { density } from './density/density.ts'
import { tableOf } from './rows/given-rows.ts'
import { scarf } from './scarf/scarf.ts'
import { sentences } from './sentences/sentences.ts'
import { readSettings } from './settings/read-settings.ts'
import { simclr } from './simclr/simclr.ts'
import { stoppedRun } from './stopped-in-test.ts'

const byte = (value: number) => Math.round(255 * value)
const images = (count: number) => ({
  data: Uint8Array.from(uniformValues(key(9), count * 8 * 8 * 3), byte),
  shape: [count, 8, 8, 3] as const,
})
const texts = Array.from({ length: 12 }, (_, i) => `number ${i}`)
const draws = normalValues(key(8), 240)
const rows = Array.from({ length: 120 }, (_, i) => ({
  x: draws[2 * i],
  site: draws[2 * i + 1] > 0 ? 'a' : 'b',
}))

const small = { widths: [4], batchSize: 4, checkpointEvery: 2 }
const runs = {
  simclr: {
    task: simclr,
    data: { pictures: images(12) },
    settings: { ...small, headHidden: 8, headOutput: 4, steps: 6 },
  },
  clip: {
    task: clip,
    data: { images: images(12), texts, validation: { images: images(12), texts } },
    settings: { ...small, buckets: 32, embedding: 4, steps: 6, validateEvery: 2 },
  },
  scarf: {
    task: scarf,
    data: { rows, labels: rows.map(({ site }) => (site === 'a' ? 0 : 1)) },
    settings: {
      ...{ ...small, widths: [8, 4], headHidden: 8, headOutput: 4, steps: 6, watchEvery: 2 },
      probe: true,
    },
  },
  sentences: {
    task: sentences,
    data: { texts: [...texts, 'one more', 'and another'], labels: [...texts.keys(), 1, 2].map(i => i % 2) },
    settings: {
      ...{ buckets: 32, embedding: 8, headHidden: 8, headOutput: 4, batchSize: 4, steps: 6 },
      ...{ checkpointEvery: 2, watchEvery: 2, probe: true },
    },
  },
  density: {
    task: density,
    data: { rows },
    settings: { ...small, widths: [8], noise: 'gaussian' as const, steps: 6, validateEvery: 2 },
  },
  'density by ranking NCE': {
    task: density,
    data: { rows },
    settings: { ...small, objective: 'ranking-nce' as const, energy: 'network' as const, steps: 6 },
  },
}

/** What all have in common, for tests that hold of each. */
interface AnyProgram {
  train(options: object): Promise<AnyTrained>
  resume(run: Uint8Array, options: object): Promise<AnyTrained>
  load(run: Uint8Array): AnyTrained
}

interface AnyTrained {
  readonly model: { readonly parameters: Readonly<Record<string, tf.Variable>> }
  readonly outcome?: { readonly steps: number; readonly loss: number }
  save(): Uint8Array
  dispose(): void
}

const weights = async ({ model }: AnyTrained) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(model.parameters).map(async ([name, value]) => [name, Array.from(await value.data())]),
    ),
  )

describeBackends('tasks in a program', () => {
  describe.each(Object.entries(runs))('%s', (_, { task, data, settings }) => {
    const program = task as unknown as AnyProgram

    it('trains, tells of each step, and comes back from its bytes', async () => {
      const seen: number[] = []
      const onStep = ({ step }: { step: number }, steps: number) => {
        seen.push(step)
        expect(steps).toBe(6)
      }
      const model = await program.train({ ...data, ...settings, key: key(1), onStep })
      expect(seen).toEqual([1, 2, 3, 4, 5, 6])
      expect(model.outcome).toMatchObject({ steps: 6, loss: expect.any(Number) })
      const again = program.load(model.save())
      expect(await weights(again)).toEqual(await weights(model))
      model.dispose()
      again.dispose()
    })

    it('keeps what it has when told to stop, and goes on to the bits of the unbroken run', async () => {
      const whole = await program.train({ ...data, ...settings, key: key(2) })
      const saved = await stoppedRun(told => program.train({ ...data, ...settings, key: key(2), ...told }))
      const resumed = await program.resume(saved, data)
      expect(await weights(resumed)).toEqual(await weights(whole))
      whole.dispose()
      resumed.dispose()
    })

    it('refuses a setting by its name, and another task’s run', async () => {
      await expect(program.train({ ...data, ...settings, key: key(1), batchSize: 0 })).rejects.toThrow(
        'batchSize',
      )
      const other = task === simclr ? runs.density : runs.simclr
      const model = await (other.task as unknown as AnyProgram).train({
        ...other.data,
        ...other.settings,
        key: key(1),
      })
      expect(() => program.load(model.save())).toThrow('the run must be one of the task')
      model.dispose()
    })
  })

  it('density: in nats, with the log Z of two ways, and rows drawn in their own columns', async () => {
    const { task, data, settings } = runs.density
    const model = await task.train({ ...data, ...settings, steps: 60, key: key(3) })
    const asked = [
      { x: 0, site: 'a' },
      { x: 9, site: 'b' },
    ]
    const values = await model.logDensity(asked)
    // A standard normal and a fair coin: log p(0, a) = −½ log 2π − log 2; 60 steps are near it.
    expect(Math.abs(values[0] + 0.5 * Math.log(2 * Math.PI) + Math.LN2)).toBeLessThan(0.6)
    expect(Array.from(await model.anomalyRank(asked))).toEqual([2, 1])
    const { learned, independent } = model.logPartition()
    expect(Math.abs((learned?.logPartition ?? Number.NaN) - independent.logPartition)).toBeLessThan(0.5)
    const drawn = await model.sample(20, { steps: 5 })
    expect(drawn).toHaveLength(20)
    for (const { x, site } of drawn)
      expect([typeof x, ['a', 'b'].includes(String(site))]).toEqual(['number', true])
    expect(density.load(model.save()).logPartition()).toEqual(model.logPartition())
    tf.disposeVariables()
  })

  it('density: a model that is disposed answers what it was asked before, and nothing after', async () => {
    const { task, data, settings } = runs.density
    const model = await task.train({ ...data, ...settings, key: key(3) })
    const asked = Array.from({ length: 5000 }, (_, i) => ({ x: i / 1000, site: 'a' }))
    const expected = await model.logDensity(asked)
    const answer = model.logDensity(asked)
    model.dispose()
    expect(await answer).toEqual(expected)
    expect(() => model.logDensity(asked)).toThrow('density: logDensity must come before dispose')
  })

  it('density: what is fitted before training ends by the signal too', async () => {
    const { task, settings } = runs.density
    const signal = AbortSignal.abort(new Error('enough'))
    const given = { ...settings, noise: 'mixture' }
    const known = readSettings('density', task.settings, given) as Parameters<typeof task.configure>[0]
    await expect((async () => task.configure(known, tableOf(rows), key(1), signal))()).rejects.toThrow(
      'enough',
    )
  })

  it('scarf: a vector for each row, a category as known as a number', async () => {
    const { task, data, settings } = runs.scarf
    const model = await task.train({ ...data, ...settings, key: key(3) })
    const { vectors, dimension } = await model.embed([{ x: 0, site: 'a' }, { x: 0, site: 'b' }, rows[0]])
    expect([vectors.length, dimension]).toEqual([12, 4])
    const encoded = model.encode(rows)
    const x = encoded.vectors.filter((_, at) => at % encoded.dimension === 0)
    // Standardised by the rows themselves.
    expect(encoded.dimension).toBe(3)
    expect(x.reduce((sum, value) => sum + value ** 2, 0) / x.length).toBeCloseTo(1, 4)
    await expect(model.embed([{ x: 0, site: 'c' }])).rejects.toThrow('site')
    model.dispose()
  })

  it('simclr: pictures of a class come together where it learns from labels', async () => {
    const { task, data, settings } = runs.simclr
    // Noise: nothing but the labels says which belong together.
    const labels = Array.from({ length: 12 }, (_, i) => i % 2)
    const told = { ...settings, ...data, key: key(3), objective: 'supcon' as const, steps: 60, batchSize: 12 }
    const model = await task.train({
      ...told,
      labels,
      augmentation: 'crop',
      leastCrop: 1,
      learningRate: 0.02,
    })
    expect(model.outcome?.loss).toBeLessThan(Math.log(23))
    await expect(task.train(told)).rejects.toThrow('objective supcon learns from labels, got none')
    await expect(task.train({ ...told, labels: [1, 2] })).rejects.toThrow(
      'labels must be [12], one for each picture',
    )
    await expect(task.train({ ...told, labels, objective: 'vicreg' })).rejects.toThrow(
      'labels belong to objective supcon or to probe, got objective vicreg without',
    )
    model.dispose()
  })

  it('clip: pictures and texts in one space, of unit length', async () => {
    const { task, data, settings } = runs.clip
    const model = await task.train({ ...data, ...settings, key: key(3) })
    const { vectors, dimension } = await model.embedTexts(['number 3'])
    expect(Math.hypot(...vectors)).toBeCloseTo(1, 5)
    const pictures = await model.embedImages(data.images)
    const ranked = await model.rank('number 3', data.images)
    expect(ranked.map(({ picture }) => picture).toSorted((a, b) => a - b)).toEqual(texts.map((_, i) => i))
    const [{ picture, cosine }] = ranked
    const row = pictures.vectors.subarray(picture * dimension, (picture + 1) * dimension)
    expect(row.reduce((sum, value, j) => sum + value * vectors[j], 0)).toBeCloseTo(cosine, 6)
    model.dispose()
  })
})
