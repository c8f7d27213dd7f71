/** The packages whose tests run on every backend. */
export const suites = ['core', 'ops', 'random', 'backend-webgpu', 'energy', 'noise', 'objectives', 'augment']
