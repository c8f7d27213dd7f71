import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

// By its path, so that the check for unused packages sees that it is used.
const require = createRequire(import.meta.url)
const loader = pathToFileURL(require.resolve('tsx')).href
const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const bin = fileURLToPath(new URL('../bin/chiaro.js', import.meta.url))

const withoutRoot = ['setpriv', '--bounding-set=-dac_override,-dac_read_search']

export interface ProcessOptions {
  /** Default the package's folder. */
  readonly cwd?: string
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** A module that is loaded before the command. */
  readonly preload?: URL
  /** Whether the rights of files bind it although it is root's: setpriv of Linux takes from it what root may besides. */
  readonly bound?: boolean
}

export interface TestProcess extends ChildProcess {
  /** What it wrote to stderr, so far. */
  readonly notes: () => string
  /** And to stdout. */
  readonly printed: () => string
}

/** Runs chiaro in a process of its own, as signals are to end it. */
export const start = (...args: string[]): TestProcess => startWith({}, args)

export function startWith(
  { bound = false, ...options }: ProcessOptions,
  args: readonly string[],
): TestProcess {
  const command = commandOf(options, args)
  const isFree = process.getuid?.() === 0
  return spawned(bound && isFree ? [...withoutRoot, ...command] : command, options)
}

/** The command line that runs chiaro: on its sources, or what was built of them. */
export function commandOf(
  { preload, built = false }: Pick<ProcessOptions, 'preload'> & { readonly built?: boolean },
  args: readonly string[],
): string[] {
  const flags = built ? [] : ['--conditions=@chiaro/source', '--import', loader]
  const before = preload === undefined ? [] : ['--import', preload.href]
  const fixed = ['--backend', 'wasm', '--threads', '1']
  return [process.execPath, ...flags, ...before, built ? bin : main, ...args, ...fixed]
}

/** Starts a command line, and keeps what it writes. */
export function spawned(
  [file, ...rest]: readonly string[],
  { cwd, env }: Pick<ProcessOptions, 'cwd' | 'env'>,
): TestProcess {
  const child = spawn(file, rest, {
    cwd: cwd ?? fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...env },
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
