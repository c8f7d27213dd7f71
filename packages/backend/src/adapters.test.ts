import { expect, it } from 'vitest'
import { webglAdapter, webgpuAdapter } from './adapters.ts'

const gpu = (adapter: object | null) => ({ requestAdapter: async () => adapter })

it('knows a software WebGPU adapter by its word or by its name', async () => {
  expect(await webgpuAdapter(gpu(null))).toBeUndefined()
  expect(await webgpuAdapter(undefined)).toBeUndefined()
  const hardware = { info: { vendor: 'nvidia', architecture: 'hopper' } }
  expect(await webgpuAdapter(gpu(hardware))).toEqual({ description: 'nvidia hopper', software: false })
  expect((await webgpuAdapter(gpu({ isFallbackAdapter: true })))?.software).toBe(true)
  expect((await webgpuAdapter(gpu({ info: { isFallbackAdapter: true } })))?.software).toBe(true)
  const swiftshader = { info: { vendor: 'google', architecture: 'swiftshader' } }
  expect((await webgpuAdapter(gpu(swiftshader)))?.software).toBe(true)
  expect(await webgpuAdapter({ requestAdapter: () => Promise.reject(new Error('lost')) })).toBeUndefined()
})

it('knows a software WebGL renderer by its name', () => {
  const surface = (renderer: string | null) => ({
    getContext: () =>
      renderer === null
        ? null
        : ({
            RENDERER: 7937,
            getExtension: (name: string) =>
              name === 'WEBGL_debug_renderer_info' ? { UNMASKED_RENDERER_WEBGL: 37446 } : null,
            getParameter: (which: number) => (which === 37446 ? renderer : 'masked'),
          } as unknown as WebGLRenderingContext),
  })
  expect(webglAdapter(surface(null))).toBeUndefined()
  expect(webglAdapter(surface('ANGLE (NVIDIA GeForce)'))?.software).toBe(false)
  for (const name of [
    'ANGLE (Google, Vulkan 1.3 (SwiftShader Device))',
    'llvmpipe',
    'Microsoft Basic Render Driver',
  ]) {
    expect(webglAdapter(surface(name))).toEqual({ description: name, software: true })
  }
})
