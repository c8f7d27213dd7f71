import type { Checkpoint } from '@chiaro/train'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { decodeRunFile, encodeRunFile } from './run-file.ts'

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
  refused(Uint8Array.of(1, 2)).toThrow('This file can’t be opened: it is no ZIP file, or a damaged one.')
  refused(await saved({ ...lab, task: { name: 'simclr', formerly: [] } })).toThrow(
    'it is a run of the task “simclr”, no density run',
  )
  refused(await changed('latest.json')).toThrow('it has no latest.json.')
  refused(await changed('run.json', 'no')).toThrow('can’t be opened: its run.json: must be JSON')
})
