import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

// By its path, so that the check for unused packages sees that it is used.
const require = createRequire(import.meta.url)
const loader = pathToFileURL(require.resolve('tsx')).href
const main = fileURLToPath(new URL('./main.ts', import.meta.url))

/** Runs chiaro in a process of its own, as signals are to end it. */
export function start(...args: string[]): ChildProcess & { readonly notes: () => string } {
  const flags = ['--conditions=@chiaro/source', '--import', loader]
  const fixed = ['--backend', 'wasm', '--threads', '1']
  const child = spawn(process.execPath, [...flags, main, ...args, ...fixed], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout?.resume()
  let notes = ''
  child.stderr?.on('data', part => {
    notes += part
  })
  return Object.assign(child, { notes: () => notes })
}
