import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import './register.ts'
import { platform } from './platform/node.ts'
import { useThreads } from './threads/use-threads.ts'
import { setWasmPaths } from './wasm-paths.ts'

const tfjs = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))

it('a missing file is named with every place where it is not, and what to set; said rightly, it starts', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  setWasmPaths('/nowhere/')
  for (const [threads, file] of [
    [1, 'tfjs-backend-wasm-simd.wasm'],
    [2, 'tfjs-backend-wasm-threaded-simd.wasm'],
  ] as const) {
    const error = await useThreads(threads).catch(error => error)
    expect(error).toBeInstanceOf(ChiaroError)
    expect(error.message).toContain(`${file} is missing: /nowhere/${file} is not there.`)
    expect(error.message).toContain("wasmPaths: 'folder/'")
  }
  warn.mockRestore()
  setWasmPaths(`${tfjs}/dist/`)
  await useThreads(1)
  expect(tf.add(1, 2).dataSync()[0]).toBe(3)
})

it('in Node the files lie in tfjs’s package, or where they are said to be, as a path or an address', async () => {
  const name = 'tfjs-backend-wasm-simd.wasm'
  const file = `${tfjs}/dist/${name}`
  expect(await platform.findFile(name)).toEqual({ at: file })
  expect(await platform.findFile(name, `file://${file}`)).toEqual({ at: file })
  expect(await platform.findFile(name, './nowhere')).toEqual({ missing: ['./nowhere is not there'] })
})
