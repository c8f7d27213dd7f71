import type { Checkpoint } from '@chiaro/train'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { decodeRunFile, encodeRunFile, openRunFile } from './run-file.ts'

const lab = { task: { name: 'density', formerly: ['ebm'] }, title: 'density' }
const tensor = { dtype: 'float32', shape: [2], values: Float32Array.of(1, -2) } as const
const checkpoint: Checkpoint = { step: 7, model: { a: tensor }, optimizer: { 'm/a': tensor }, state: {} }
const saved = (task = lab, seed = 5) =>
  encodeRunFile(task, { config: { x: 1 }, seed, checkpoint, beside: { 'rows.bin': Uint8Array.of(3) } })

it('gives back what it was given', async () => {
  const { run, seed } = decodeRunFile(lab, await saved())
  expect(seed).toBe(5)
  expect(run.info.config).toEqual({ x: 1 })
  expect(run.latest).toEqual(checkpoint)
  expect(run.beside).toEqual({ 'rows.bin': Uint8Array.of(3) })
})

it('takes a task by a name it had', async () => {
  const bytes = await saved({ ...lab, task: { name: 'ebm', formerly: [] } })
  expect(decodeRunFile(lab, bytes).run.info.task).toBe('ebm')
})

/** The file with one of its own changed, or left out. */
async function changed(name: string, content?: string) {
  const { [`run/${name}`]: _, ...others } = unzipSync(await saved())
  return zipSync(content === undefined ? others : { ...others, [`run/${name}`]: strToU8(content) })
}

it('says in words what is wrong with a file', async () => {
  const refused = (bytes: Uint8Array) => expect(() => decodeRunFile(lab, bytes))
  refused(Uint8Array.of(1, 2)).toThrow('it must be a ZIP file, got something else')
  refused((await saved()).subarray(0, 300)).toThrow('it must be a whole ZIP file, got one that is cut off')
  refused(zipSync({ 'holiday.png': Uint8Array.of(1) })).toThrow('it has no run.json')
  refused(zipSync({ '../run.json': Uint8Array.of(1) })).toThrow(
    'its ../run.json must be a path within the ZIP',
  )
  refused(await saved({ ...lab, task: { name: 'simclr', formerly: [] } })).toThrow(
    'it is a run of the task “simclr”, no density run',
  )
  refused(await changed('latest.json')).toThrow('it has no latest.json')
  refused(await changed('run.json', '{"schemaVersion": 2}')).toThrow(
    'its run.json: schemaVersion must be 1, got 2',
  )
  refused(await changed('run.json', 'no')).toThrow('its run.json: must be JSON')
})

it('finds a flipped bit in any of its files', async () => {
  const file = await saved()
  const flipped = file.slice()
  flipped[Buffer.from(file).indexOf('rows.bin') + 'rows.bin'.length] ^= 1
  expect(() => decodeRunFile(lab, flipped)).toThrow(/^its run\/rows\.bin must .+ it is damaged$/)
})

it('names the file, whatever is wrong with it', async () => {
  const opened = (file: File) => openRunFile(file, async bytes => decodeRunFile(lab, bytes).seed)
  expect(await opened(new File([(await saved()) as BlobPart], 'mine.zip'))).toBe(5)
  await expect(opened(new File(['PK'], 'other.zip'))).rejects.toThrow(
    'other.zip can’t be opened: it must be a ZIP file, got something else.',
  )
  const huge = Object.defineProperty(new File([], 'huge.zip'), 'size', { value: 4 * 2 ** 30 })
  await expect(opened(huge)).rejects.toThrow(
    'huge.zip can’t be opened: it has 4,096 MB, and this page reads 512 MB at most.',
  )
  const gone = Object.assign(new File([], 'gone.zip'), {
    arrayBuffer: () => Promise.reject(new Error('The file was moved.')),
  })
  await expect(opened(gone)).rejects.toThrow(
    'gone.zip can’t be opened: it can’t be read (The file was moved.).',
  )
})
