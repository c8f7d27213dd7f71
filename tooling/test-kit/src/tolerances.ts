import type { BackendName } from './backends.ts'

/** What `expectClose` grants at least. */
interface Tolerance {
  readonly absolute: number
  readonly relative: number
  /** Why, for the documentation. */
  readonly because: string
}

/**
 * The least tolerance of each backend; a test may ask for more. WGSL and GLSL leave exp, log and division to a few units
 * in the last place, growing with the argument, and sums in any order.
 */
export const tolerances: Readonly<Record<BackendName, Tolerance>> = {
  cpu: { absolute: 0, relative: 0, because: 'what the test says' },
  wasm: { absolute: 0, relative: 0, because: 'what the test says' },
  webgl: {
    absolute: 2e-6,
    relative: 2e-5,
    because: 'exp, log and division are a few units in the last place off, sums go in another order',
  },
  webgpu: {
    absolute: 2e-6,
    relative: 2e-5,
    because: 'exp is 3 + 2|x| units in the last place off, sums go in another order',
  },
}
