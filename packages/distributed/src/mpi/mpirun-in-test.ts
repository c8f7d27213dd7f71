import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Mpirun, onRanks } from '@chiaro/test-kit/mpirun'

// By its path, so that the check for unused packages sees that it is used.
const require = createRequire(import.meta.url)
const loader = pathToFileURL(require.resolve('tsx')).href

export interface Ran extends SpawnSyncReturns<string> {
  /** What the ranks left, in their order. */
  readonly results: unknown[]
}

/**
 * Runs a program of this folder on some ranks. Its arguments are the folder where rank r leaves r.json, then `args`.
 */
export function runOn(mpirun: Mpirun, ranks: number, program: string, ...args: readonly string[]): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'chiaro-ranks-'))
  try {
    const file = fileURLToPath(new URL(program, import.meta.url))
    const node = [process.execPath, '--conditions=@chiaro/source', '--import', loader, file, folder, ...args]
    const [command, ...flags] = onRanks(mpirun, ranks, node)
    const ran = spawnSync(command, flags, {
      encoding: 'utf8',
      timeout: 50_000,
      killSignal: 'SIGKILL',
    })
    const results = readdirSync(folder)
      .sort()
      .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    return { ...ran, results }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
