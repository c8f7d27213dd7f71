import type { BackendName } from './backends.ts'

/** Tests that are left out on some backends, with the reason. */
export interface Exception {
  /** Matched against "describe > test". */
  readonly tests: RegExp
  readonly backends: readonly BackendName[]
  readonly because: string
}

const graphics = ['webgl', 'webgpu'] as const

export const exceptions: readonly Exception[] = [
  {
    tests:
      /case 17: data where the noise has no density are refused|refuses what overflows where it can see it/,
    backends: graphics,
    because:
      'contents are checked where they lie on the host: to read them from a graphics card would stall it',
  },
  {
    tests: /l2Normalize .*case 9: is exact for vectors of size 1e-38/,
    backends: graphics,
    because: 'graphics cards take numbers below 1.2e-38 for 0',
  },
]

/** Why a test is left out on a backend; undefined where it is not. */
export function exceptionFor(test: string, backend: BackendName): string | undefined {
  return exceptions.find(({ tests, backends }) => backends.includes(backend) && tests.test(test))?.because
}
