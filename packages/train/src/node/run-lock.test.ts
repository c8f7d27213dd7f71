import { mkdir, mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lockRun } from './run-lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const held = `another process (${process.pid} on ${hostname()}) trains into it`

it('lets one in at a time, and the next when it is given free', async () => {
  const free = await lockRun(folder)
  await expect(lockRun(folder)).rejects.toMatchObject({ code: 'run', message: expect.stringContaining(held) })
  await free()
  expect(await readdir(folder)).toEqual([])
  await (await lockRun(folder))()
})

it('finds a lock dead whose process is gone', async () => {
  // Above the largest that Linux gives.
  await writeFile(join(folder, 'run.lock'), `${2 ** 22 + 1} ${hostname()}\n`)
  const free = await lockRun(folder)
  expect(await readFile(join(folder, 'run.lock'), 'utf8')).toBe(`${process.pid} ${hostname()}\n`)
  await free()
})

it('believes a lock of another machine as long as it gives signs of life', async () => {
  const path = join(folder, 'run.lock')
  await writeFile(path, '1 elsewhere\n')
  await expect(lockRun(folder)).rejects.toThrow('another process (1 on elsewhere)')
  const old = new Date(Date.now() - 60_000)
  await utimes(path, old, old)
  await (await lockRun(folder))()
})

it('is not left behind empty where the disk is full', async () => {
  const other = await open(join(folder, 'other'), 'w')
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const writing = vi.spyOn(Object.getPrototypeOf(other), 'writeFile').mockRejectedValue(full)
  await expect(lockRun(folder)).rejects.toThrow('ENOSPC')
  writing.mockRestore()
  await other.close()
  expect(await readdir(folder)).toEqual(['other'])
  await (await lockRun(folder))()
})

it('is not taken for free where it can’t be read', async () => {
  // A folder in its place: reading fails with EISDIR, as it would with EACCES or EIO.
  await mkdir(join(folder, 'run.lock'))
  await expect(lockRun(folder)).rejects.toMatchObject({ code: 'EISDIR' })
  expect(await readdir(folder)).toEqual(['run.lock'])
})

it('comes with an end to what a killed process left half written', async () => {
  const names = [`log.jsonl.${2 ** 22 + 1}.partial`, `report.json.${process.pid}.partial`, 'notes.partial']
  for (const name of names) await writeFile(join(folder, name), 'half')
  await (await lockRun(folder))()
  expect((await readdir(folder)).toSorted()).toEqual(['notes.partial', `report.json.${process.pid}.partial`])
})
