import type { BackendName } from './backends.ts'

/** Tests that are left out on some backends, with the reason. */
export interface Exception {
  /** In words, for the documentation. */
  readonly what: string
  /** Matched against "describe > test". */
  readonly tests: RegExp
  readonly backends: readonly BackendName[]
  readonly because: string
}

const graphics = ['webgl', 'webgpu'] as const

export const exceptions: readonly Exception[] = [
  {
    what: 'refusing an argument for its contents (+∞ as a log ratio, a key that does not exist)',
    tests:
      /case 17: data where the noise has no density are refused|refuses what overflows where it can see it|infoNceLoss .*refuses what does not fit, by name/,
    backends: graphics,
    because:
      'contents are checked where they lie on the host: to read them from a graphics card would stall it',
  },
  {
    what: 'vectors of size 1e-38 normalised',
    tests: /l2Normalize .*case 9: is exact for vectors of size 1e-38/,
    backends: graphics,
    because: 'graphics cards take numbers below 1.2e-38 for 0',
  },
  {
    what: 'kernels that a replayed step leaves out, counted',
    tests: /leaves out kernels that no result depends on, and names for the same data/,
    backends: graphics,
    because: 'it counts them as the backends of the host call them',
  },
  {
    what: 'products and segment sums of empty tensors',
    tests:
      /fusedDense .*equals float64 loops for \[(0, 3|3, 0)\]|embeddingBag .*equals its equation and derivatives: .* texts of 0/,
    backends: graphics,
    because: 'those of tfjs fail there, or give what was left in memory',
  },
  {
    what: 'convolution of a batch of no pictures',
    tests: /every energy .*convEnergy gives one number a row/,
    backends: ['webgpu'],
    because: 'the convolution of tfjs fails there',
  },
  {
    what: 'gradients of Dilation2D',
    tests: /Dilation2D/,
    backends: ['webgl'],
    because: 'tfjs has no kernel for them there',
  },
]

/** Why a test is left out on a backend; undefined where it is not. */
export function exceptionFor(test: string, backend: BackendName): string | undefined {
  return exceptions.find(({ tests, backends }) => backends.includes(backend) && tests.test(test))?.because
}
