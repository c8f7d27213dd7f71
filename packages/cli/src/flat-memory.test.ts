import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { backendReport, useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { key, uniformValues } from '@chiaro/random'
import { asAnyTask, type Pictures, type SimclrConfig, simclr } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { nothingLeftOut } from './left-out.ts'
import { runTask } from './run-task.ts'

const [count, side, steps] = [32, 8, 1000]

const config: SimclrConfig = {
  shape: [side, side, 1],
  encoder: {
    kind: 'conv',
    inputShape: [side, side, 1],
    stages: [[{ kernel: 3, width: 4, stride: 2 }]],
    pooling: { grid: 2 },
  },
  head: { hidden: 8, output: 4, layers: 2 },
  training: {
    steps,
    batchSize: 8,
    objective: 'moco',
    temperature: 0.2,
    queue: 24,
    momentum: 0.99,
    views: { augmentation: 'crop', strength: 0.5, blur: 0 },
    optimizer: 'adamw',
    learningRate: 1e-3,
    warmupSteps: 10,
    weightDecay: 1e-4,
    checkpointEvery: 400,
  },
}

const quiet = {
  json: true,
  columns: 100,
  print: () => {},
  note: () => {},
  result: () => {},
  progress: { write: () => {} },
}

test('1,000 steps leave the tensor count, the kernels’ heap and the JavaScript heap flat', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await useBackend('wasm', { threads: 1 })
  const folder = await mkdtemp(join(tmpdir(), 'chiaro-flat-'))
  const data = Uint8Array.from(uniformValues(key(1), count * side * side), value => 255 * value)
  const readings: { tensors: number; wasm: number; heap: number }[] = []
  let reads = 0
  const pictures: Pictures = {
    count,
    shape: config.shape,
    async read(rows) {
      reads++
      if (reads % 50 === 0) {
        collect()
        const { wasm } = await backendReport()
        const { numTensors } = tf.memory()
        readings.push({
          tensors: numTensors,
          wasm: wasm?.heap?.used ?? 0,
          heap: process.memoryUsage().heapUsed,
        })
      }
      return { images: { data, shape: [count, side, side, 1] }, rows }
    },
  }
  const model = simclr.prepare(config, key(2))
  const run = { folder, task: asAnyTask(simclr), model, data: pictures, key: key(1), seed: 1 }
  await runTask(run, { terminal: quiet, signal: new AbortController().signal, leftOut: nothingLeftOut() })
  disposeModel(model)
  await rm(folder, { recursive: true })
  const most = (from: number, to: number, of: keyof (typeof readings)[number]) =>
    Math.max(...readings.slice(from, to).map(reading => reading[of]))
  expect(readings.length).toBeGreaterThanOrEqual(20)
  expect(readings[0].wasm).toBeGreaterThan(0)
  expect(most(15, 20, 'tensors')).toBeLessThanOrEqual(most(0, 5, 'tensors'))
  expect(most(15, 20, 'wasm')).toBeLessThanOrEqual(1.01 * most(0, 5, 'wasm'))
  // Compiled code and caches move it a little; a batch's values kept at each step would be more than this.
  expect((most(15, 20, 'heap') - most(0, 5, 'heap')) / 750).toBeLessThan(2000)
})
