import { expect, it } from 'vitest'
import { backendReport } from './backend-report.ts'
import { flagFor } from './engine-flags.ts'
import { useBackend } from './use-backend.ts'

it('asks V8 for fused multiplication and addition on Node 20, for wide registers only when told to', () => {
  const relaxed = '--experimental-wasm-relaxed-simd'
  expect(flagFor('auto', '11.3.244.8-node.33')).toBe(relaxed)
  expect(flagFor('fused', '11.3.244.8-node.33')).toBe(relaxed)
  expect(flagFor('separate', '11.3.244.8-node.33')).toBeUndefined()
  expect(flagFor('auto', '12.4.254.21-node.33')).toBeUndefined()
  expect(flagFor('fused', '13.6.233.17-node.48')).toBeUndefined()
  expect(flagFor('wide', '13.6.233.17-node.48')).toBe('--experimental-wasm-revectorize')
})

it('so that useBackend multiplies and adds in one instruction on every Node that runs this', async () => {
  await useBackend('wasm')
  expect((await backendReport()).wasm?.multiplyAdd).toBe('fused')
})
