/**
 * The layers of packages/, the top first. Imports run downwards only, and packages of a row do not import each other.
 * apps/ and tooling/ stand above them all. The check of imports keeps this, the documentation draws it.
 */
export const rows = [
  { packages: ['cli'], words: 'the command chiaro: flags, files, terminal' },
  { packages: ['tasks'], words: 'what a run of each kind is' },
  { packages: ['distributed'], words: 'losses and steps over ranks' },
  { packages: ['train', 'evaluate', 'data'], words: 'steps, figures, rows' },
  {
    packages: ['energy', 'noise', 'objectives', 'mcmc', 'augment', 'encoders'],
    words: 'models, their noise, losses, chains, views, towers',
  },
  { packages: ['backend'], words: 'chooses and prepares a tfjs backend' },
  { packages: ['backend-wasm', 'backend-webgl', 'backend-webgpu'], words: 'kernels and repairs of one each' },
  { packages: ['random'], words: 'keys, splits, draws' },
  { packages: ['ops'], words: 'each op whole: contract, composed form, gradient' },
  { packages: ['core'], words: 'errors, contracts, numerics of the host' },
]

/**
 * Who may import a kernel package. `backend` does so by `import()` alone, for a user who runs elsewhere never loads it; the
 * bench compares kernels with stock ones.
 */
export const kernelImporters = { 'packages/backend': 'dynamic', 'tooling/bench': 'any' }

/**
 * The written exceptions to "nobody reaches into another's folder": every package tests with the test-kit, which as a
 * dependant of theirs would close a cycle; the site and new rows are drawn by what the checks of documentation know; and tags are
 * made where nothing is installed, so that no package has a name.
 */
export const byPath = {
  'apps/site/measured.mjs': ['tooling/checks/table.mjs'],
  'apps/site/reference.mjs': ['tooling/checks/entries.mjs'],
  'tooling/new/edits.mjs': ['tooling/checks/table.mjs'],
  'tooling/release/tag.mjs': ['tooling/pack/folders.mjs'],
  'tooling/test-kit/src/backends.ts': [
    'packages/backend-wasm/src/index.ts',
    'packages/backend-webgl/src/index.ts',
    'packages/backend-webgpu/src/index.ts',
  ],
  'tooling/test-kit/src/ranks-in-turn.ts': ['packages/distributed/src/index.ts', 'packages/ops/src/index.ts'],
}
