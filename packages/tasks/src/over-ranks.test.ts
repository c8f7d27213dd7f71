import { ChiaroError, disposeModel } from '@chiaro/core'
import { type Communicator, oneRank } from '@chiaro/distributed'
import { key, normalValues, uniformValues } from '@chiaro/random'
import { expectClose, useTestBackend } from '@chiaro/test-kit'
import { ranksInTurnAsync } from '@chiaro/test-kit/ranks-in-turn'
import type { Checkpoint } from '@chiaro/train'
import { beforeAll, describe, expect, it } from 'vitest'
import { pairsOf } from './clip/pairs.ts'
import { checkOverRanks, partOf } from './over-ranks.ts'
import { picturesOf, withClasses } from './pictures/pictures.ts'
import { planeDensity } from './plane-density/plane-density.ts'
import { tableOf } from './rows/given-rows.ts'
import { readSettings } from './settings/read-settings.ts'
import { type AnyTask, asAnyTask } from './task.ts'
import { taskNamed } from './tasks.ts'
import { textsOf } from './texts/texts.ts'
import { trainModel } from './train-model.ts'

beforeAll(() => useTestBackend('wasm'))

/** Samples, and rows of a batch: uneven over two ranks and over three. */
const [count, batchSize] = [21, 7]
const bytes = Uint8Array.from(uniformValues(key(1), count * 8 * 8 * 3), value => Math.round(255 * value))
const images = { data: bytes, shape: [count, 8, 8, 3] as const }
const words = ['red', 'green', 'blue', 'big', 'small', 'old', 'new']
const captions = Array.from(
  { length: count },
  (_, i) => `a ${words[i % 7]} ${words[(i + 3) % 5]} thing of ${i}`,
)
const classes = Int32Array.from({ length: count }, (_, i) => i % 3)
const normals = normalValues(key(2), 120)
const numbers = tableOf(
  Array.from({ length: 40 }, (_, i) => ({ x: normals[3 * i], y: normals[3 * i] + normals[3 * i + 1] })),
)
const mixed = tableOf(
  Array.from({ length: 40 }, (_, i) => ({ x: normals[3 * i], site: normals[3 * i + 1] > 0 ? 'a' : 'b' })),
)
const switches = tableOf(
  Array.from({ length: 40 }, (_, i) => ({
    first: normals[3 * i] > 0 ? 'on' : 'off',
    second: normals[3 * i] + normals[3 * i + 1] > 0 ? 'on' : 'off',
    third: normals[3 * i + 2] > 0 ? 'on' : 'off',
  })),
)

const pictures = picturesOf(images)
const labelled = withClasses(pictures, classes)
const pairs = { training: pairsOf(images, captions), validation: pairsOf(images, captions) }
const texts = textsOf('sentences', captions)

const brief = { batchSize, steps: 2, checkpointEvery: 2 }
const ofHead = { ...brief, headHidden: 6, headOutput: 4, optimizer: 'sgd', learningRate: 0.05, watchEvery: 1 }
const ofPictures = { ...ofHead, widths: [3, 4] }
const ofTowers = { ...brief, widths: [4], buckets: 32, embedding: 4, validateEvery: 2, learningRate: 1e-3 }
const ofTable = {
  ...brief,
  widths: [6],
  noise: 'gaussian',
  validateEvery: 2,
  energy: 'network',
  learningRate: 1e-3,
}

type Data = Parameters<AnyTask['configure']>[1]
interface Case {
  readonly task: string
  readonly data: unknown
  readonly settings: Readonly<Record<string, unknown>>
  /** What is asked for besides. */
  readonly told: string
}

const many = (task: string, data: unknown, base: object, all: readonly object[]): Case[] =>
  all.map(own => ({ task, data, settings: { ...base, ...own }, told: Object.values(own).join(' ') }))

const cases: readonly Case[] = [
  ...many('simclr', pictures, ofPictures, [
    {},
    { objective: 'moco', queue: 10 },
    { objective: 'barlow-twins', localViews: 1, localSize: 4, localCrop: 0.3, augmentation: 'rand-augment' },
    { views: 3, encoder: 'residual', objective: 'decoupled', augmentation: 'moco-v2' },
  ]),
  ...many('simclr', labelled, ofPictures, [{ probe: true }, { objective: 'supcon', augmentation: 'crop' }]),
  ...many('scarf', mixed, { ...ofHead, widths: [5] }, [
    {},
    { objective: 'vicreg', change: 'mask' },
    { change: 'jitter', changeAll: true, objective: 'align-uniform' },
  ]),
  ...many('sentences', texts, { ...ofHead, embedding: 6 }, [
    { buckets: 32 },
    { textTower: 'transformer', textWidth: 4, textHeads: 2, textLayers: 1, change: 'none', dropout: 0.3 },
  ]),
  ...many('clip', pairs, ofTowers, [
    {},
    { objective: 'siglip', freeze: 'text' },
    { objective: 'image-to-text', norm: 'group', chunkSize: 2 },
    { objective: 'text-to-image', fixedLogitScale: true, freeze: 'image', chunkSize: 3 },
  ]),
  ...many('density', mixed, ofTable, [
    { objective: 'binary-nce', jitter: 0.1 },
    { objective: 'telescoping', energy: 'tilt', bridges: 2 },
  ]),
  ...many('density', numbers, ofTable, [
    { objective: 'ranking-nce' },
    { objective: 'ence' },
    { objective: 'conditional-nce' },
    { objective: 'pcd', chainSteps: 2, chains: 5 },
    { objective: 'score-matching' },
    { objective: 'sliced', projections: 2 },
    { objective: 'denoising' },
  ]),
  ...many('density', switches, { ...ofTable, widths: undefined }, [
    { objective: 'cd', energy: 'boltzmann', hidden: 3, chainSteps: 2 },
  ]),
]

interface Trained {
  readonly losses: readonly number[]
  readonly validation: unknown
  readonly variables: Readonly<Record<string, readonly number[]>>
}

interface Way {
  readonly ranks?: Communicator
  readonly start?: Checkpoint
  readonly save?: (checkpoint: Checkpoint) => void
}

async function trained(
  { task: name, data, settings }: Case,
  { ranks, start, save }: Way = {},
): Promise<Trained> {
  const task = taskNamed(name)
  const ofRun = key(5)
  const given = data as Data
  const known = readSettings(name, task.settings, settings) as Readonly<Record<string, unknown>>
  const model = task.prepare(await task.configure(known, given, ofRun), ofRun, given)
  const losses: number[] = []
  try {
    const { validation } = await trainModel(task, model, given, ofRun, {
      ...{ ranks, start, save, saveRegularly: true },
      onStep: ({ loss }) => void losses.push(loss),
    })
    const all = Object.entries({ ...model.parameters, ...model.buffers })
    const variables = Object.fromEntries(all.map(([of, value]) => [of, Array.from(value.dataSync())]))
    return { losses, validation, variables }
  } finally {
    disposeModel(model)
  }
}

/** The largest difference of two trainings' weights, and the weights that have it. */
function furthest(a: Trained, b: Trained): readonly [difference: number, name: string] {
  const differences = Object.entries(a.variables).map(([name, values]) => {
    const largest = Math.max(...values.map((value, i) => Math.abs(value - b.variables[name][i])))
    return [largest, name] as const
  })
  return differences.toSorted(([x], [y]) => y - x)[0]
}

describe('trainModel over ranks', () => {
  it.each(cases)('gives $task the weights of one process ($told)', async one => {
    const alone = await trained(one)
    const ranks = await ranksInTurnAsync(3, at => trained(one, { ranks: at }))
    for (const rank of ranks) expect(rank).toEqual(ranks[0])
    expect(alone.losses).toHaveLength(2)
    expectClose(ranks[0].losses, alone.losses, { relative: 5e-6, absolute: 5e-6 })
    const [difference, name] = furthest(ranks[0], alone)
    expect(difference, name).toBeLessThan(5e-6)
  })
})

describe('trainModel over ranks, besides', () => {
  it('on one rank is what it is without, bit for bit', async () => {
    const [one] = cases
    expect(await trained(one, { ranks: oneRank() })).toEqual(await trained(one))
  })

  it('goes on with two ranks from where three saved, MoCo’s queue and all', async () => {
    const moco = { ...cases[1], settings: { ...cases[1].settings, checkpointEvery: 1 } }
    let saved: Checkpoint | undefined
    const save = (checkpoint: Checkpoint) => {
      if (checkpoint.step === 1) saved = checkpoint
    }
    const [three] = await ranksInTurnAsync(3, at => trained(moco, { ranks: at, save }))
    expect(saved?.step).toBe(1)
    const [two, other] = await ranksInTurnAsync(2, at => trained(moco, { ranks: at, start: saved }))
    expect(other).toEqual(two)
    const [difference, name] = furthest(two, three)
    expect(difference, name).toBeLessThan(5e-6)
  })
})

describe('checkOverRanks', () => {
  const refused = async ({ task: name, data, settings }: Case, ranks: number) => {
    const task = taskNamed(name)
    const known = readSettings(name, task.settings, settings) as Readonly<Record<string, unknown>>
    checkOverRanks(task, await task.configure(known, data as Data, key(5)), ranks)
  }
  const [simclr] = cases
  const pcd = cases.find(({ settings }) => settings.objective === 'pcd') as Case

  it.each([
    [
      { ...simclr, settings: { ...simclr.settings, mix: 'i-mix' } },
      2,
      'mix',
      /mix takes pictures from anywhere/,
    ],
    [simclr, 8, 'batchSize', 'simclr: batchSize must be a row a rank at least, got 7 for 8'],
    [pcd, 6, 'chains', 'density: chains must be one a rank at least, got 5'],
  ] as const)('refuses what ranks can’t train together, by name', async (one, ranks, argument, message) => {
    const error = await refused(one, ranks).catch(caught => caught)
    expect(error).toBeInstanceOf(ChiaroError)
    expect(error).toMatchObject({ code: 'argument-conflict', argument })
    expect(() => {
      throw error
    }).toThrow(message)
    await refused(one, 1)
  })

  it('refuses a task that does not say it can', () => {
    expect(() => checkOverRanks(asAnyTask(planeDensity), {}, 2)).toThrow(
      'density: the task density is trained on one rank alone, got 2',
    )
  })
})

it('partOf tells where the rows of stacked views stand', () => {
  expect(partOf(undefined)).toEqual({})
  expect(Array.from(partOf({ from: 2, to: 4, of: 5 }, 3).rows ?? [])).toEqual([2, 3, 7, 8, 12, 13])
})
