/** The packages whose tests run on every backend. */
export const suites = [
  'core',
  'ops',
  'random',
  'backend-webgl',
  'backend-webgpu',
  'energy',
  'noise',
  'objectives',
  'augment',
]
