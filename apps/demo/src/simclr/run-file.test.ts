import { key } from '@chiaro/random'
import { zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { configOf } from './config.ts'
import { decodeRun, encodeRun } from './run-file.ts'
import { defaults } from './settings.ts'
import { shapePictures } from './shapes.ts'

const pictures = shapePictures(key(1), 16, [8, 8, 3])
const tensor = { dtype: 'float32', shape: [2], values: Float32Array.of(1, 2) } as const
const checkpoint = { step: 7, model: { 'encoder/a': tensor }, optimizer: { 'm/a': tensor }, state: {} }
const config = configOf(defaults, [8, 8, 3])

test('a run comes back from its file, its pictures with it', async () => {
  const file = await encodeRun({ settings: defaults, config, checkpoint, pictures })
  const { settings, config: again, checkpoint: read, pictures: seen } = decodeRun(file)
  expect(settings).toEqual(defaults)
  expect(again).toEqual(config)
  expect(read).toEqual(checkpoint)
  expect(seen).toEqual(pictures)
})

test('what is no run is refused in words', () => {
  const of = (task: string) => zipSync({ 'run/run.json': new TextEncoder().encode(JSON.stringify({ task })) })
  expect(() => decodeRun(Uint8Array.of(1, 2, 3))).toThrow('This file can’t be opened: it is no ZIP file')
  expect(() => decodeRun(of('clip'))).toThrow('a run of the task “clip”, no SimCLR run')
  expect(() => decodeRun(of('simclr'))).toThrow('it has no latest.json')
})
