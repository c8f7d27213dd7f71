/**
 * The layers of packages/, the top first. Imports run downwards only, and packages of a row do not import each other.
 * apps/ and tooling/ stand above them all. The check of imports keeps this, the documentation draws it.
 */
export const rows = [
  ['cli'],
  ['tasks'],
  ['train', 'evaluate', 'data'],
  ['energy', 'noise', 'objectives', 'mcmc', 'augment', 'encoders'],
  ['backend'],
  ['backend-wasm', 'backend-webgpu', 'backend-webgl'],
  ['random'],
  ['ops'],
  ['core'],
]

/**
 * Who may import a kernel package. `backend` does so by `import()` alone, for a user who runs elsewhere never loads it; the
 * bench compares kernels with stock ones.
 */
export const kernelImporters = { 'packages/backend': 'dynamic', 'tooling/bench': 'any' }

/**
 * The written exceptions to "nobody reaches into another's folder": every package tests with the test-kit, which as a
 * dependant of theirs would close a cycle.
 */
export const byPath = {
  'tooling/test-kit/src/backends.ts': [
    'packages/backend-wasm/src/index.ts',
    'packages/backend-webgpu/src/index.ts',
    'packages/backend/src/repairs.ts',
  ],
}
