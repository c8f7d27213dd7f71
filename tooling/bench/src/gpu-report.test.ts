import { expect, it } from 'vitest'
import { gpuReport } from './gpu-report.mjs'

it('sets speeds beside the ceiling, and names what failed and what was left out', () => {
  const report = gpuReport({
    adapter: {
      description: 'a card',
      largestTensor: 2 ** 30,
      sharedMemory: 2 ** 14,
      features: ['subgroups', 'shader-f16'],
    },
    kernels: ['AdamW'],
    versions: 'Node',
    rows: [
      { name: 'ceiling: multiply and add', milliseconds: 2, alone: 2.5, gigaflops: 4000 },
      { name: 'product', milliseconds: 0.5, alone: 120, gigaflops: 1000 },
      { name: 'host to card', milliseconds: 4, gigabytes: 16.4 },
      { name: 'pairs', problem: 'died' },
    ],
    checks: [
      { name: 'product', value: 3e-7, gradient: 4.2e-7 },
      { name: 'pairs', problem: 'died' },
    ],
    left: ['the largest'],
  })
  const rows = report.split('\n')
  expect(rows).toContain('| ceiling: multiply and add | 2.00 | 2.50 | 4000 | 100.0 % |  |')
  expect(rows).toContain('| product | 0.500 | 120 | 1000 | 25.0 % |  |')
  expect(rows).toContain('| host to card | 4.00 |  |  |  | 16.40 |')
  expect(rows).toContain('| pairs | fails: died |  |  |  |  |')
  expect(rows).toContain('| product | 3.0e-7 | 4.2e-7 |')
  expect(rows).toContain('| pairs | fails: died |  |')
  expect(report).toContain('Left out, for there was no time: the largest.')
  expect(report).toContain(
    'A tensor may have 1,024 MiB, a workgroup shares 16 KiB. Features: subgroups, shader-f16.',
  )
})
