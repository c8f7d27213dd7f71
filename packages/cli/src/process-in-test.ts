import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

// By its path, so that the check for unused packages sees that it is used.
const require = createRequire(import.meta.url)
const loader = pathToFileURL(require.resolve('tsx')).href
const main = fileURLToPath(new URL('./main.ts', import.meta.url))

export interface ProcessOptions {
  /** Default the package's folder. */
  readonly cwd?: string
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** A module that is loaded before the command. */
  readonly preload?: URL
  /** Whom it runs as, where the test may choose. */
  readonly user?: number
}

export interface TestProcess extends ChildProcess {
  /** What it wrote to stderr, so far. */
  readonly notes: () => string
  /** And to stdout. */
  readonly printed: () => string
}

/** Runs chiaro in a process of its own, as signals are to end it. */
export const start = (...args: string[]): TestProcess => startWith({}, args)

export function startWith({ cwd, env, preload, user }: ProcessOptions, args: readonly string[]): TestProcess {
  const flags = ['--conditions=@chiaro/source', '--import', loader]
  const before = preload === undefined ? [] : ['--import', preload.href]
  const fixed = ['--backend', 'wasm', '--threads', '1']
  const child = spawn(process.execPath, [...flags, ...before, main, ...args, ...fixed], {
    cwd: cwd ?? fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...env },
    ...(user !== undefined && { uid: user, gid: user }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [notes, printed] = [child.stderr, child.stdout].map(stream => {
    let text = ''
    stream?.on('data', part => {
      text += part
    })
    return () => text
  })
  return Object.assign(child, { notes, printed })
}
