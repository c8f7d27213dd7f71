import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { backendReport } from './backend-report.ts'
import { useBackend } from './use-backend.ts'
import { webgl } from './webgl.ts'
import { webgpu } from './webgpu.ts'

it('takes wasm by itself in Node, and says why not the others', async () => {
  const { chosen, considered } = await useBackend()
  expect(chosen).toBe('wasm')
  expect(tf.getBackend()).toBe('wasm')
  expect(considered.map(({ name, chosen }) => [name, chosen])).toEqual([
    ['webgpu', false],
    ['webgl', false],
    ['wasm', true],
    ['cpu', false],
  ])
  for (const { reason } of considered) expect(reason.length).toBeGreaterThan(3)
})

it('takes the backend it is told to, without a greeting', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { chosen, considered } = await useBackend('cpu')
  expect(chosen).toBe('cpu')
  expect(tf.getBackend()).toBe('cpu')
  expect(considered.find(({ name }) => name === 'wasm')?.reason).toBe('"cpu" was asked for')
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

it('leaves no tensor behind', async () => {
  await useBackend('wasm')
  const before = tf.memory().numTensors
  await useBackend('wasm')
  expect(tf.memory().numTensors).toBe(before)
})

it('names the backends when asked for an unknown one', async () => {
  const error = await useBackend('cuda' as 'cpu').catch(error => error)
  expect(error).toBeInstanceOf(RangeError)
  expect(error).toBeInstanceOf(ChiaroError)
  expect(error.message).toBe('useBackend: name must be one of auto, webgpu, webgl, wasm, cpu, got "cuda"')
  await expect(useBackend(3 as unknown as 'cpu')).rejects.toBeInstanceOf(TypeError)
})

it('throws where a named backend is not to be had, and keeps the one in use', async () => {
  await useBackend('wasm')
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const error = await useBackend('webgl').catch(error => error)
  warn.mockRestore()
  expect(error).toBeInstanceOf(ChiaroError)
  expect(error.code).toBe('backend')
  expect(tf.getBackend()).toBe('wasm')
  expect(tf.add(1, 2).dataSync()[0]).toBe(3)
})

it('reports what is in use', async () => {
  await useBackend('wasm')
  const report = await backendReport()
  expect(report.backend).toBe('wasm')
  expect(report.platform).toContain(process.version)
  expect(report.tfjs).toMatch(/^4\.22\./)
  const x = tf.zeros([1000])
  const heap = (await backendReport()).wasm?.heap
  expect(heap!.used - report.wasm!.heap!.used).toBe(4000)
  x.dispose()
  expect(report.wasm?.kernelBuild).toMatch(/^[0-9a-f]{12}$/)
  const registered = [...report.gradients, ...(report.wasm?.kernels ?? [])].map(entry => entry.registered)
  expect(new Set(registered)).toEqual(new Set(['chiaro']))
  await useBackend('cpu')
  expect((await backendReport()).wasm).toBeUndefined()
})

/** What `useBackend` says in a page whose `navigator.gpu` finds this adapter. */
async function chooseInPage(info: object, graphics = [webgpu, webgl]) {
  const wasNode = tf.env().getBool('IS_NODE')
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({ info }) } })
  tf.env().set('IS_NODE', false)
  const { chosen, considered } = await useBackend('auto', { graphics }).finally(() => {
    tf.env().set('IS_NODE', wasNode)
    vi.unstubAllGlobals()
  })
  return { chosen, reasons: considered.map(({ reason }) => reason) }
}

it('passes over software adapters in a browser', async () => {
  const { chosen, reasons } = await chooseInPage({ vendor: 'google', architecture: 'swiftshader' })
  expect(chosen).toBe('wasm')
  expect(reasons).toEqual([
    'google swiftshader is a software adapter',
    'this browser offers no WebGL',
    'the first that works here',
    'wasm comes first',
  ])
})

it('passes over a card whose package is missing, and says how to install it', async () => {
  vi.doMock('@chiaro/backend-webgpu', () => {
    throw new Error('Cannot find package')
  })
  const { chosen, reasons } = await chooseInPage({ vendor: 'nvidia' })
  vi.doUnmock('@chiaro/backend-webgpu')
  expect(chosen).toBe('wasm')
  expect(reasons[0]).toContain('npm install @tensorflow/tfjs-backend-webgpu@~4.22.0')
})

it('left with cpu, says once and aloud why', async () => {
  vi.doMock('@chiaro/backend-wasm', () => {
    throw new Error('no such file here')
  })
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { chosen } = await useBackend('auto')
  vi.doUnmock('@chiaro/backend-wasm')
  expect(chosen).toBe('cpu')
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/left with cpu, which is slow: .*npm install @chiaro\/backend-wasm/)],
  ])
  warn.mockRestore()
})

it('refuses graphics that are none, with what they must be', async () => {
  const error = await useBackend('auto', { graphics: ['webgpu'] as never }).catch(error => error)
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toMatch(/graphics must be an array of webgpu and webgl.*got webgpu$/)
})
