// Loaded before a command, into its process alone (node --import): counts what the command asks of the file system
// under a folder, and at one of these calls fails as a disk does, or sends the process a signal.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import type { DiskFault, DiskTrace } from './disk-fault.ts'

type Call = (...args: unknown[]) => unknown
type Functions = Record<string, Call>

const { under, trace, fault } = JSON.parse(process.env.CHIARO_CHAOS_DISK ?? '{}') as DiskFault
const { writeFileSync } = fs
const counts = { calls: 0, writes: 0 }
const seen: { -readonly [K in keyof DiskTrace]: DiskTrace[K] } = { ...counts }
let failing = false

/** What is to happen at a call: nothing, or an error; signals are sent at once. */
function errorAt(name: string, path: string, writes: boolean): Error | undefined {
  counts.calls++
  if (writes) counts.writes++
  if (fault === undefined) return undefined
  const counted = fault.kind === 'ENOSPC' ? counts.writes : counts.calls
  const isTurn = counted === fault.at && seen.hit === undefined && (writes || fault.kind !== 'ENOSPC')
  if (isTurn) seen.hit = { call: `${name} ${path}`, time: Date.now() }
  if (fault.kind !== 'ENOSPC' && fault.kind !== 'EIO') {
    if (isTurn) {
      writeTrace()
      // Within a write that is killed half of it has happened.
      if (fault.kind === 'SIGKILL' && writes) return new Error('killed')
      process.kill(process.pid, fault.kind)
    }
    return undefined
  }
  failing ||= isTurn
  if (!failing || (fault.kind === 'ENOSPC' && !writes)) return undefined
  failing = fault.lasting
  const errno = -constants.errno[fault.kind]
  const text = fault.kind === 'EIO' ? 'i/o error' : 'no space left on device'
  const message = `${fault.kind}: ${text}, ${name} '${path}'`
  return Object.assign(new Error(message), { errno, code: fault.kind, syscall: name, path })
}

const writeTrace = () => writeFileSync(trace, JSON.stringify({ ...seen, ...counts }))
if (isMainThread) process.once('exit', writeTrace)

const killed = () => process.kill(process.pid, 'SIGKILL')
const isOurs = (path: unknown): path is string => typeof path === 'string' && resolve(path).startsWith(under)
const opensToWrite = (flags: unknown) => typeof flags === 'string' && /[wax+]/.test(flags)
const half = (data: unknown) => {
  const bytes = typeof data === 'string' ? Buffer.from(data) : (data as Uint8Array)
  return bytes.subarray(0, bytes.length >> 1)
}

/** Calls that change what is on the disk. Those that remove need no space, but may fail as others do. */
const writing = new Set(['writeFile', 'appendFile', 'mkdir', 'rename', 'truncate', 'copyFile'])
const reading = ['access', 'lstat', 'opendir', 'readdir', 'readFile', 'realpath', 'stat', 'rm', 'unlink']

/** Of functions that take a path first and give a promise. */
function wrapPromised(functions: Functions): void {
  for (const name of [...writing, ...reading]) {
    const original = functions[name]
    functions[name] = async (path, ...rest) => {
      const error = isOurs(path) ? errorAt(name, path, writing.has(name)) : undefined
      if (error === undefined) return original(path, ...rest)
      if (name === 'writeFile' || name === 'appendFile') await original(path, half(rest[0]), rest[1])
      if (error.message === 'killed') killed()
      throw error
    }
  }
  const { open } = functions
  functions.open = async (path, flags, ...rest) => {
    if (!isOurs(path)) return open(path, flags, ...rest)
    const error = errorAt('open', path, opensToWrite(flags))
    if (error?.message === 'killed') killed()
    if (error !== undefined) throw error
    const handle = (await open(path, flags, ...rest)) as object
    wrapHandle(handle as Functions, path)
    return handle
  }
}

/** A file that was opened: each of its calls may be the one. */
function wrapHandle(handle: Functions, path: string): void {
  for (const name of ['read', 'readFile', 'stat', 'write', 'writeFile', 'appendFile', 'sync', 'datasync']) {
    const original = handle[name].bind(handle)
    const writes = !name.startsWith('read') && name !== 'stat'
    handle[name] = async (...args) => {
      const error = errorAt(name, path, writes)
      if (error === undefined) return original(...args)
      if (name === 'writeFile' || name === 'appendFile') await original(half(args[0]))
      if (error.message === 'killed') killed()
      throw error
    }
  }
}

/** Of functions that call back, which streams use, and of those that wait. */
function wrapOthers(functions: Functions): void {
  const paths = new Map<unknown, string>()
  const { open, openSync } = functions
  functions.open = (path, ...rest) => {
    const back = rest.pop() as Call
    const flags = rest[0]
    const error = isOurs(path) ? errorAt('open', path, opensToWrite(flags)) : undefined
    if (error?.message === 'killed') killed()
    if (error !== undefined) return process.nextTick(back, error)
    return open(path, ...rest, (problem: unknown, fd: unknown) => {
      if (isOurs(path)) paths.set(fd, path)
      back(problem, fd)
    })
  }
  functions.openSync = (path, flags, ...rest) => {
    const error = isOurs(path) ? errorAt('open', path, opensToWrite(flags)) : undefined
    if (error?.message === 'killed') killed()
    if (error !== undefined) throw error
    const fd = openSync(path, flags, ...rest)
    if (isOurs(path)) paths.set(fd, path)
    return fd
  }
  for (const name of ['read', 'write', 'fsync']) {
    const [original, waiting] = [functions[name], functions[`${name}Sync`]]
    functions[name] = (fd, ...rest) => {
      const path = paths.get(fd)
      const error = path === undefined ? undefined : errorAt(name, path, name !== 'read')
      if (error?.message === 'killed') killed()
      if (error !== undefined) return process.nextTick(rest.at(-1) as Call, error)
      return original(fd, ...rest)
    }
    functions[`${name}Sync`] = (fd, ...rest) => {
      const path = paths.get(fd)
      const error = path === undefined ? undefined : errorAt(name, path, name !== 'read')
      if (error?.message === 'killed') killed()
      if (error !== undefined) throw error
      return waiting(fd, ...rest)
    }
  }
  for (const name of ['writeFileSync', 'appendFileSync', 'readFileSync', 'statSync', 'readdirSync']) {
    const original = functions[name]
    functions[name] = (path, ...rest) => {
      const writes = name === 'writeFileSync' || name === 'appendFileSync'
      const error = isOurs(path) ? errorAt(name, path, writes) : undefined
      if (error === undefined) return original(path, ...rest)
      if (writes) original(path, half(rest[0]), rest[1])
      if (error.message === 'killed') killed()
      throw error
    }
  }
}

if (isMainThread && under !== undefined) {
  wrapPromised(fs.promises as unknown as Functions)
  wrapOthers(fs as unknown as Functions)
  syncBuiltinESMExports()
}
