import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
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
