import { expect, it, vi } from 'vitest'
import { webgpuReport } from './webgpu-report.ts'

const adapter = {
  features: new Set(['subgroups', 'shader-f16']),
  limits: { maxStorageBufferBindingSize: 2 ** 27, maxComputeWorkgroupStorageSize: 2 ** 14 },
  info: { vendor: 'nvidia', architecture: 'hopper' },
}
const gpu = (found: object | null) => ({ requestAdapter: () => Promise.resolve(found) })

it('misses nothing where there is a card', async () => {
  const report = await webgpuReport({ gpu: gpu(adapter), inNode: false })
  expect(report).toMatchObject({ offered: true, installed: true, missing: [] })
  expect(report.adapter).toEqual({
    description: 'nvidia hopper',
    software: false,
    features: ['shader-f16', 'subgroups'],
    largestTensor: 2 ** 27,
    sharedMemory: 2 ** 14,
  })
  expect(report.kernels).toContain('PairwiseLogSumExp')
})

it('says what is missing, and what to do about it', async () => {
  const missing = async (place: Parameters<typeof webgpuReport>[0]) => (await webgpuReport(place)).missing
  expect(await missing({ inNode: true })).toEqual([
    expect.stringMatching(/^Node offers no WebGPU.*npm install webgpu/),
  ])
  expect(await missing({ inNode: false })).toEqual([
    expect.stringMatching(/^This page has no navigator.gpu.*https/),
  ])
  expect(await missing({ gpu: gpu(null), inNode: false })).toEqual([
    expect.stringMatching(/no adapter.*driver/),
  ])
  const software = { ...adapter, info: { description: 'SwiftShader' } }
  expect(await missing({ gpu: gpu(software), inNode: false })).toEqual([
    expect.stringMatching(/^SwiftShader computes on the processor/),
  ])
})

it('says how to install the package when it is missing', async () => {
  vi.doMock('@chiaro/backend-webgpu', () => {
    throw new Error("Cannot find package '@tensorflow/tfjs-backend-webgpu'")
  })
  const report = await webgpuReport({ gpu: gpu(adapter), inNode: false })
  vi.doUnmock('@chiaro/backend-webgpu')
  expect(report).toMatchObject({ installed: false, kernels: [] })
  expect(report.missing).toEqual([
    expect.stringMatching(/npm install @tensorflow\/tfjs-backend-webgpu@~4\.22\.0\.$/),
  ])
})
