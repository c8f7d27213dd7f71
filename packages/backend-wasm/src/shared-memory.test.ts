import { expect, it } from 'vitest'
import { checkKernelModule } from '../scripts/check-kernel-module.mjs'
import { fusedKernels, separateKernels, wideKernels } from './generated/kernels.ts'
import { bytesOf } from './multiply-add.ts'
import { withSharedMemory } from './shared-memory.ts'

const sharedMemory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true })

it.each(Object.entries({ separate: separateKernels, fused: fusedKernels, wide: wideKernels }))(
  'makes of the %s kernels ones for a shared memory',
  (name, { plain }) => {
    const module = bytesOf(plain)
    const shared = withSharedMemory(module)
    checkKernelModule(shared, true)
    // All but the import is the same, byte for byte.
    expect(shared.length).toBe(module.length + 3)
    expect(shared.slice(-30_000)).toEqual(module.slice(-30_000))
    if (name !== 'separate' && !WebAssembly.validate(module)) return
    expect(
      () => new WebAssembly.Instance(new WebAssembly.Module(shared), { env: { memory: sharedMemory } }),
    ).not.toThrow()
  },
)

it('refuses what imports no such memory', () => {
  expect(() => withSharedMemory(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))).toThrow(
    'must import env.memory alone',
  )
})
