import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foldIn, key, normal } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adamW } from '../adamw.ts'
import type { Checkpoint } from '../checkpoint.ts'
import { exponentialMovingAverage } from '../exponential-moving-average.ts'
import { fit } from '../fit.ts'
import { constant } from '../schedules.ts'
import {
  appendLog,
  checkpointsIn,
  createRun,
  latestWholeCheckpoint,
  loadCheckpoint,
  mergeReport,
  readLatest,
  readLog,
  readRun,
  saveCheckpoint,
  trimLog,
  writeReport,
} from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-run-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const info = {
  task: 'clip',
  config: { batchSize: 256 },
  seed: 3,
  backend: { name: 'wasm', kernels: '0.1.0' },
  packages: { '@chiaro/train': '0.1.0' },
}
const checkpoint = (step: number): Checkpoint => ({
  step,
  model: { w: { dtype: 'float32', shape: [2], values: Float32Array.of(step, 0.1) } },
  optimizer: { 'momentum/w': { dtype: 'float32', shape: [2], values: Float32Array.of(1, 2) } },
  state: { best: { step: 1, value: 0.5 } },
})
const checkpointNames = async () => (await readdir(join(folder, 'checkpoints'))).toSorted()
const text = (...path: string[]) => readFile(join(folder, ...path), 'utf8')

describe('run.json', () => {
  it('holds what the run is, and is read back', async () => {
    await createRun(folder, info)
    expect(JSON.parse(await text('run.json'))).toMatchObject({ schemaVersion: 1, ...info })
    expect(await readRun(folder)).toEqual({ schemaVersion: 1, ...info })
    expect(await readdir(folder)).toEqual(['checkpoints', 'run.json'])
  })

  it('is never written over', async () => {
    await createRun(folder, info)
    await expect(createRun(folder, { ...info, seed: 4 })).rejects.toMatchObject({
      code: 'run',
      argument: 'folder',
    })
    expect((await readRun(folder)).seed).toBe(3)
  })

  it.each([
    ['there is none', undefined, 'there is none'],
    ['it is cut off', '{"schemaVersion": 1, "ta', 'must be JSON'],
    ['it is no object', '[1]', 'must be a JSON object, got [1]'],
    ['it is of a later version', '{"schemaVersion": 2}', 'schemaVersion must be 1, got 2'],
    [
      'it is of a later version, sealed in another way',
      '{"schemaVersion": 2, "checksum": "crc32"}',
      'schemaVersion must be 1, got 2',
    ],
    [
      'a field is missing',
      '{"schemaVersion": 1, "task": "clip", "config": {}, "backend": {}, "packages": {}}',
      'seed must be a number, or the two words of a key, got undefined',
    ],
  ])('is refused with its path when %s', async (_, content, message) => {
    if (content !== undefined) await writeFile(join(folder, 'run.json'), content)
    await expect(readRun(folder)).rejects.toMatchObject({ code: 'run', argument: join(folder, 'run.json') })
    await expect(readRun(folder)).rejects.toThrow(message)
  })

  it('is not taken for missing where it can only not be looked at', async () => {
    // A link to itself: the system refuses to look, as it would with EIO.
    await symlink('run.json', join(folder, 'run.json'))
    await expect(createRun(folder, info)).rejects.toMatchObject({ code: 'ELOOP' })
    await symlink('report.json', join(folder, 'report.json'))
    await expect(mergeReport(folder, { r1: 1 })).rejects.toMatchObject({ code: 'ELOOP' })
    expect((await readdir(folder)).toSorted()).toEqual(['report.json', 'run.json'])
  })
})

describe('report.json', () => {
  it('is replaced as a whole', async () => {
    await writeReport(folder, { r1: 0.1 })
    await writeReport(folder, { r1: 0.2 })
    expect(JSON.parse(await text('report.json'))).toEqual({ r1: 0.2 })
    expect(await readdir(folder)).toEqual(['report.json'])
  })

  it('takes further fields, and refuses to when it is damaged', async () => {
    await mergeReport(folder, { r1: 0.1, r5: 0.3 })
    await mergeReport(folder, { r1: 0.2 })
    expect(JSON.parse(await text('report.json'))).toEqual({ r1: 0.2, r5: 0.3 })
    await truncate(join(folder, 'report.json'), 4)
    await expect(mergeReport(folder, { r1: 1 })).rejects.toMatchObject({ code: 'run' })
  })
})

describe('checkpoints', () => {
  it('come back as they were saved: the latest, the best, or any kept', async () => {
    await saveCheckpoint(folder, checkpoint(1), { best: true })
    await saveCheckpoint(folder, checkpoint(2))
    expect(await loadCheckpoint(folder)).toEqual(checkpoint(2))
    expect(await loadCheckpoint(folder, 'best')).toEqual(checkpoint(1))
    expect(await loadCheckpoint(folder, 1)).toEqual(checkpoint(1))
    expect(await readLatest(folder)).toEqual({ step: 2, best: 1 })
    expect((await readdir(join(folder, 'checkpoints', '2'))).toSorted()).toEqual([
      'model.safetensors',
      'optimizer.safetensors',
      'state.json',
    ])
  })

  it('stay: the newest few and the best', async () => {
    for (const step of [1, 2, 3, 10])
      await saveCheckpoint(folder, checkpoint(step), { best: step === 1, keepLast: 2 })
    expect(await checkpointNames()).toEqual(['1', '10', '3'])
    await saveCheckpoint(folder, checkpoint(11), { best: true, keepLast: 1 })
    expect(await checkpointNames()).toEqual(['11'])
  })

  it('are never read when half written, and swept away by the next save', async () => {
    await saveCheckpoint(folder, checkpoint(4))
    // What a crash leaves: a folder without its final name.
    await mkdir(join(folder, 'checkpoints', '8.partial'))
    await writeFile(join(folder, 'checkpoints', '8.partial', 'model.safetensors'), 'half')
    expect((await loadCheckpoint(folder)).step).toBe(4)
    await expect(loadCheckpoint(folder, 8)).rejects.toMatchObject({ code: 'run' })
    await saveCheckpoint(folder, checkpoint(8))
    expect((await loadCheckpoint(folder)).step).toBe(8)
    expect(await checkpointNames()).toEqual(['4', '8'])
  })

  it('of later steps go when a run goes on from an earlier one', async () => {
    for (const step of [5, 10]) await saveCheckpoint(folder, checkpoint(step))
    await saveCheckpoint(folder, checkpoint(6))
    expect(await checkpointNames()).toEqual(['5', '6'])
    await saveCheckpoint(folder, { ...checkpoint(6), state: {} })
    expect((await loadCheckpoint(folder)).state).toEqual({})
  })

  it('are refused with the file that is damaged', async () => {
    await saveCheckpoint(folder, checkpoint(4))
    await expect(loadCheckpoint(folder, 'best')).rejects.toThrow('must have a best checkpoint, got none')
    const model = join(folder, 'checkpoints', '4', 'model.safetensors')
    await truncate(model, 100)
    await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: 'run', argument: model })
    const state = join(folder, 'checkpoints', '4', 'state.json')
    await writeFile(state, '{"schemaVersion": 1, "step": 5}')
    await expect(loadCheckpoint(folder)).rejects.toThrow('must have schemaVersion 1 and step 4, got 1 and 5')
    await rm(model)
    await expect(loadCheckpoint(folder)).rejects.toThrow('there is none')
    await writeFile(join(folder, 'latest.json'), '{"step": "4/../../x"}')
    await expect(loadCheckpoint(folder)).rejects.toThrow('step and best must be steps')
    await expect(saveCheckpoint(folder, checkpoint(9), { keepLast: 0 })).rejects.toThrow('keepLast')
  })
})

describe('the newest whole checkpoint', () => {
  it('is the latest, or none before the first', async () => {
    await createRun(folder, info)
    expect(await latestWholeCheckpoint(folder)).toEqual({ damaged: [] })
    for (const step of [4, 8]) await saveCheckpoint(folder, checkpoint(step))
    expect(await latestWholeCheckpoint(folder)).toEqual({ checkpoint: checkpoint(8), damaged: [] })
  })

  it.each(['model.safetensors', 'optimizer.safetensors', 'state.json'])(
    'is an earlier one where the latest %s is cut off or gone',
    async name => {
      for (const step of [4, 8]) await saveCheckpoint(folder, checkpoint(step))
      const file = join(folder, 'checkpoints', '8', name)
      for (const spoil of [() => truncate(file, 20), () => rm(file)]) {
        await spoil()
        const found = await latestWholeCheckpoint(folder)
        expect(found.checkpoint).toEqual(checkpoint(4))
        expect(found.damaged).toMatchObject([{ code: 'run', argument: file }])
      }
    },
  )

  it('is found where latest.json is spoilt or was not yet written', async () => {
    for (const step of [4, 8]) await saveCheckpoint(folder, checkpoint(step))
    await truncate(join(folder, 'latest.json'), 5)
    expect((await latestWholeCheckpoint(folder)).checkpoint).toEqual(checkpoint(8))
    await saveCheckpoint(folder, checkpoint(9), { keepLast: 3 })
    expect(await readLatest(folder)).toEqual({ step: 9, best: 1 })
    await writeFile(join(folder, 'latest.json'), '{"step": 4}')
    expect((await latestWholeCheckpoint(folder)).checkpoint).toEqual(checkpoint(4))
  })
})

describe('a run whose checkpoints are there and no use', () => {
  it.each([
    ['optimizer.safetensors', -1],
    // The last digit of best.value.
    ['state.json', '"value": 0.5'],
  ])('is found to be so by a single flipped bit of %s', async (name, where) => {
    for (const step of [4, 8]) await saveCheckpoint(folder, checkpoint(step))
    const file = join(folder, 'checkpoints', '8', name)
    const bytes = await readFile(file)
    const at = typeof where === 'number' ? bytes.length + where : bytes.indexOf(where) + where.length - 1
    bytes[at] ^= 1
    await writeFile(file, bytes)
    const found = await latestWholeCheckpoint(folder)
    expect(found.checkpoint).toEqual(checkpoint(4))
    expect(found.damaged).toMatchObject([{ argument: file, message: expect.stringContaining('checksum') }])
  })

  it('takes checkpoints of before, which have no checksums', async () => {
    await saveCheckpoint(folder, checkpoint(4))
    const file = join(folder, 'checkpoints', '4', 'state.json')
    const { sha256, checksum: _, ...state } = JSON.parse(await readFile(file, 'utf8'))
    expect(Object.keys(sha256)).toEqual(['model.safetensors', 'optimizer.safetensors'])
    await writeFile(file, JSON.stringify(state))
    expect((await latestWholeCheckpoint(folder)).checkpoint).toEqual(checkpoint(4))
  })

  it('does not begin anew where all are damaged, or latest.json speaks of one that is gone', async () => {
    await saveCheckpoint(folder, checkpoint(4))
    await truncate(join(folder, 'checkpoints', '4', 'model.safetensors'), 20)
    await expect(latestWholeCheckpoint(folder)).rejects.toThrow('must have a whole checkpoint to go on from')
    await rm(join(folder, 'checkpoints', '4'), { recursive: true })
    await expect(latestWholeCheckpoint(folder)).rejects.toThrow(
      'and none is: there is none. Nothing was changed',
    )
  })

  it('does not go back to an earlier one where the system will not read the newest', async () => {
    for (const step of [4, 8]) await saveCheckpoint(folder, checkpoint(step))
    const file = join(folder, 'checkpoints', '8', 'model.safetensors')
    // A folder in its place: reading fails with EISDIR, as it would with EACCES or EIO.
    await rm(file)
    await mkdir(file)
    await expect(latestWholeCheckpoint(folder)).rejects.toMatchObject({ code: 'run', argument: file })
    expect(await checkpointNames()).toEqual(['4', '8'])
  })
})

it('a checkpoint that cannot be written says so, and leaves what was there and nothing half', async () => {
  await saveCheckpoint(folder, checkpoint(4))
  const values = Float32Array.of(1)
  const broken = { ...checkpoint(8), model: { w: { dtype: 'float32', shape: [2], values } } } as Checkpoint
  await expect(saveCheckpoint(folder, broken)).rejects.toMatchObject({
    code: 'run',
    message: expect.stringContaining('the checkpoint of step 8 must be saved, got '),
  })
  expect(await checkpointNames()).toEqual(['4'])
  expect((await latestWholeCheckpoint(folder)).checkpoint).toEqual(checkpoint(4))
})

describe('log.jsonl', () => {
  it('has a line a step, without the one cut off, and is trimmed to a step', async () => {
    expect(await readLog(folder)).toEqual([])
    for (const step of [1, 2, 3]) await appendLog(folder, { step, loss: step / 2 })
    await appendFile(join(folder, 'log.jsonl'), '{"step": 4, "lo')
    expect(await readLog(folder)).toEqual([1, 2, 3].map(step => ({ step, loss: step / 2 })))
    await trimLog(folder, 2)
    expect(await text('log.jsonl')).toBe('{"step":1,"loss":0.5}\n{"step":2,"loss":1}\n')
  })

  it('keeps a last line that lost only its end', async () => {
    await writeFile(join(folder, 'log.jsonl'), '{"step":1,"loss":2}\n{"step":2,"loss":1}')
    expect(await trimLog(folder, 2)).toEqual([
      { step: 1, loss: 2 },
      { step: 2, loss: 1 },
    ])
    expect(await text('log.jsonl')).toBe('{"step":1,"loss":2}\n{"step":2,"loss":1}\n')
  })

  it('is refused with the line that is no entry', async () => {
    await writeFile(join(folder, 'log.jsonl'), '{"step":1}\nnull\n')
    await expect(readLog(folder)).rejects.toThrow('line 2 must be a JSON object with a step, got null')
  })
})

describeBackends('a resumed run', () => {
  it('equals the unbroken one bit for bit, through files', async () => {
    const train = async (where: string, stopAt?: number) => {
      const w = tf.variable(normal(key(1), [4, 3]) as tf.Tensor2D)
      const ema = exponentialMovingAverage({ w })
      const controller = new AbortController()
      const going = await loadCheckpoint(where).catch(() => undefined)
      const run = fit({
        parameters: { w },
        loss: (x: tf.Tensor2D, context) =>
          tf.mean<tf.Scalar>(tf.square(tf.matMul(tf.add<tf.Tensor2D>(x, normal(context.key, x.shape)), w))),
        batches: function* (first) {
          for (let step = first; ; step++) yield normal(foldIn(key(2), step), [8, 4]) as tf.Tensor2D
        },
        steps: 9,
        optimizer: adamW(),
        schedule: constant(0.05),
        key: key(5),
        ema,
        validation: { every: 3, metric: 'size', best: 'lowest', run: () => ({ size: w.dataSync()[0] ** 2 }) },
        checkpoints: checkpointsIn(where, { every: 4 }),
        signal: controller.signal,
        start: going,
      })
      try {
        for await (const { step } of run) if (step === stopAt) controller.abort(new Error('interrupted'))
      } catch (error) {
        expect((error as Error).message).toBe('interrupted')
      }
      w.dispose()
      ema.dispose()
    }
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')]
    await train(whole)
    await train(broken, 5)
    expect((await readLatest(broken)).step).toBe(5)
    await train(broken)
    for (const name of ['model.safetensors', 'optimizer.safetensors', 'state.json']) {
      const path = join('checkpoints', '9', name)
      expect(await readFile(join(broken, path))).toEqual(await readFile(join(whole, path)))
    }
    expect(await readLatest(broken)).toEqual(await readLatest(whole))
  })
})
