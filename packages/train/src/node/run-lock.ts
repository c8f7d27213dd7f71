import { open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'

/** Seconds between two signs of life, and how old the last one is where its owner is taken for dead. */
const [beat, longestSilence] = [5, 30]

/**
 * Takes a run's folder for this process, so that no other trains into it. A process that was killed leaves its lock behind,
 * which the next one finds dead: the process is gone, or (on another machine) has given no sign of life for 30 s.
 *
 * @returns what gives it free again
 * @throws ChiaroError ('run') that names the process which has it
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { lockRun } from '@chiaro/train/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'))
 * const release = await lockRun(folder)
 * try {
 *   await lockRun(folder).catch(error => console.log(error.message)) // it names the process that has it
 * } finally {
 *   await release()
 * }
 * ```
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'run.lock')
  const own = `${process.pid} ${hostname()}\n`
  for (;;) {
    try {
      const file = await open(path, 'wx')
      try {
        await file.writeFile(own)
      } catch (error) {
        // An empty lock would be taken for one that is being written.
        await rm(path, { force: true }).catch(() => {})
        throw error
      } finally {
        await file.close()
      }
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    await refuseLiving(folder, path)
    await rm(path, { force: true })
  }
  // Tidying alone: what can't be removed is in nobody's way.
  await sweep(folder).catch(() => {})
  const timer = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), 1000 * beat)
  timer.unref()
  return async () => {
    clearInterval(timer)
    if ((await readFile(path, 'utf8').catch(() => '')) === own) await rm(path, { force: true })
  }
}

async function refuseLiving(folder: string, path: string): Promise<void> {
  const text = await orGone(readFile(path, 'utf8'))
  const found = await orGone(stat(path))
  // It was given free meanwhile.
  if (text === undefined || found === undefined) return
  const [pid, host = ''] = text.trim().split(' ')
  const { mtimeMs } = found
  const silent = Date.now() - mtimeMs > 1000 * longestSilence
  if (silent || (host === hostname() && !lives(Number(pid)))) return
  const message = `${folder}: another process (${pid} on ${host}) trains into it; wait for it, or end it`
  throw new ChiaroError('run', message, 'folder')
}

/** A lock that can't be read is not one that is gone. */
async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Removes what a process that was killed left half written. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /\.(\d+)\.partial$/.exec(name) ?? []
    if (pid !== undefined && !lives(Number(pid))) await rm(join(folder, name), { force: true })
  }
}

function lives(pid: number): boolean {
  // An empty lock is one that is being written.
  if (!Number.isInteger(pid) || pid <= 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
