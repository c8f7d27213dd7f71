import type { Checkpoint } from '@chiaro/train'
import { strToU8, zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { configOf } from './config.ts'
import { decodeRun, encodeRun } from './run-file.ts'
import { defaults } from './settings.ts'

const tensors = { 'image/x': { dtype: 'float32', shape: [2], values: Float32Array.of(1, -2) } } as const
const checkpoint = { step: 7, model: tensors, optimizer: tensors, state: {} } as unknown as Checkpoint

it('gives back what it was given', async () => {
  const settings = { ...defaults, seed: 5, steps: 40, learned: true }
  const config = configOf(settings, 32)
  const read = decodeRun(await encodeRun({ settings, config, checkpoint }), 32)
  expect(read.settings).toEqual(settings)
  expect(read.config).toEqual(config)
  expect(read.checkpoint.step).toBe(7)
  expect(read.checkpoint.model['image/x']).toMatchObject({ shape: [2] })
})

it('refuses other pictures, other tasks and what is no run, in words', async () => {
  const file = await encodeRun({ settings: defaults, config: configOf(defaults, 32), checkpoint })
  expect(() => decodeRun(file, 24)).toThrow(/trained on pictures of 32 × 32, and this page’s have 24 × 24/)
  const other = zipSync({ 'run.json': strToU8('{"task": "simclr"}') })
  expect(() => decodeRun(other, 32)).toThrow(/it is a run of the task “simclr”, no CLIP run/)
  expect(() => decodeRun(Uint8Array.of(1, 2), 32)).toThrow(/no ZIP file/)
})
