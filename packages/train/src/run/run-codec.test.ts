import { strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../checkpoint.ts'
import { decodeRun, encodeRun, type SavedRun } from './run-codec.ts'
import { packRun, unpackRun } from './run-zip.ts'

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
const run: SavedRun = {
  info,
  latest: checkpoint(7),
  best: checkpoint(1),
  report: { r1: 0.5 },
  beside: { 'pictures.idx': Uint8Array.of(1, 2, 3) },
}

describe('the files of a run', () => {
  it('are those of a run folder', () => {
    expect([...encodeRun(run).keys()].toSorted()).toEqual([
      ...[1, 7].flatMap(step =>
        ['model.safetensors', 'optimizer.safetensors', 'state.json'].map(
          name => `checkpoints/${step}/${name}`,
        ),
      ),
      'latest.json',
      'pictures.idx',
      'report.json',
      'run.json',
    ])
  })

  it('give back the run, from any folder they lie in', () => {
    const files = new Map([...encodeRun(run)].map(([path, bytes]) => [`a/b/${path}`, bytes]))
    expect(decodeRun(files)).toEqual({ ...run, info: { schemaVersion: 1, ...info } })
  })

  it('are refused where they are those of two runs, not where one lies in the other', () => {
    const files = (...folders: string[]) =>
      new Map(
        folders.flatMap(folder =>
          [...encodeRun(run)].map(([path, bytes]) => [folder + path, bytes] as const),
        ),
      )
    expect(() => decodeRun(files('a/', 'bb/'))).toThrow(
      'run.json: must be of one run, got a/run.json and bb/run.json',
    )
    expect(decodeRun(files('a/', 'a/b/')).latest).toEqual(run.latest)
  })

  it('hold a checkpoint that is both latest and best once', () => {
    const one = { info, latest: checkpoint(1), best: checkpoint(1) }
    const read = decodeRun(encodeRun(one))
    expect(read.best).toEqual(read.latest)
    expect(decodeRun(encodeRun({ info, latest: checkpoint(1) })).best).toBeUndefined()
  })

  it.each([
    ['run.json', undefined, 'run.json: must be a file of the run, there is none'],
    ['latest.json', '{"step": "x"}', 'latest.json: step and best must be steps, got x and undefined'],
    [
      'checkpoints/7/state.json',
      '{"schemaVersion": 1, "step": 6}',
      'must have schemaVersion 1 and step 7, got 1 and 6',
    ],
    ['checkpoints/7/model.safetensors', 'short', 'checkpoints/7/model.safetensors: '],
  ])('are refused with their name where %s is damaged', (name, content, message) => {
    const files = new Map(encodeRun(run))
    if (content === undefined) files.delete(name)
    else files.set(name, strToU8(content))
    expect(() => decodeRun(files)).toThrow(message)
  })
})

describe('a run as one ZIP', () => {
  it('gives back the run, and unpacks to a run folder', () => {
    const bytes = packRun(run)
    expect(unpackRun(bytes)).toEqual({ ...run, info: { schemaVersion: 1, ...info } })
    expect(Object.keys(unzipSync(bytes))).toContain('run/checkpoints/7/model.safetensors')
  })

  it('is refused when it is none, or holds no run', () => {
    expect(() => unpackRun(strToU8('PK nothing'))).toThrow(
      'unpackRun: bytes must be a ZIP file, got something else',
    )
    expect(() => unpackRun(packRun(run).subarray(0, 500))).toThrow(
      'must be a whole ZIP file, got one that is cut off',
    )
    expect(() => unpackRun(zipSync({ 'a.txt': Uint8Array.of(1) }))).toThrow(
      'run.json: must be a file of the run',
    )
  })

  it('is refused by the first file that holds a flipped bit, whichever it is', () => {
    const bytes = packRun(run)
    for (const name of Object.keys(unzipSync(bytes))) {
      const flipped = bytes.slice()
      // A file's bytes follow its name, which stands before them and in the directory behind all.
      flipped[Buffer.from(bytes).indexOf(name) + name.length] ^= 0x10
      expect(() => unpackRun(flipped), name).toThrow(`unpackRun: ${name} must`)
    }
  })
})
