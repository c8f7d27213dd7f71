/** The packages whose tests run on every backend; those that take longest first, as they run side by side. */
export const suites = [
  'ops',
  'objectives',
  'energy',
  'noise',
  'augment',
  'backend-webgpu',
  'core',
  'random',
  'backend-webgl',
]
