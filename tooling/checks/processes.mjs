import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

const windows = process.platform === 'win32'
const children = new Set()
const folders = new Set()
let watching = false

/** Ends a child and whatever it started. */
function end(child) {
  try {
    if (windows) child.kill()
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/** Has what we started and made gone when this process ends, by Ctrl-C too. */
function cleanUpAtExit() {
  if (watching) return
  watching = true
  process.on('exit', () => {
    for (const child of children) end(child)
    for (const folder of folders)
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => process.exit(128 + constants.signals[signal]))
}

/** A new folder that is gone when this process has ended. */
export function scratchFolder(prefix) {
  cleanUpAtExit()
  const folder = mkdtempSync(join(tmpdir(), prefix))
  folders.add(folder)
  return folder
}

/** Starts a program that does not outlive this process: the child, whose own children end with it. */
function start(command, args, { cwd, env }) {
  cleanUpAtExit()
  const child = spawn(command, args, { cwd, env, detached: !windows, shell: windows })
  children.add(child)
  child.once('close', () => children.delete(child))
  return child
}

/** All that a child prints, as it comes, or what one of its streams has. */
function listenTo(child, streams = [child.stdout, child.stderr]) {
  const said = []
  for (const stream of streams) stream.setEncoding('utf8').on('data', text => said.push(text))
  return said
}

/**
 * Runs a program; resolves to all that it printed, what of it on stdout, its status, and in how many seconds. Rejects with
 * what it said if its status is none of `statuses`.
 */
export async function runProgram(command, args, { statuses = [0], ...options }) {
  const began = performance.now()
  const child = start(command, args, options)
  const said = listenTo(child)
  const result = listenTo(child, [child.stdout])
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  const output = said.join('')
  if (!statuses.includes(status)) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`)
  return { output, stdout: result.join(''), status, seconds: (performance.now() - began) / 1000 }
}

/** Runs a program that serves until it is ended, while `work` runs; resolves to all that it printed. */
export async function whileServing(command, args, options, work) {
  const child = start(command, args, options)
  const said = listenTo(child)
  try {
    await work()
  } finally {
    end(child)
  }
  return said.join('')
}
