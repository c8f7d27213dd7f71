/**
 * What there is to do in a folder of examples once it is installed:
 *
 * - `scripts` of its manifest, one after the other, and `serves`, one that serves until it is ended;
 * - `page`, the folder that its page is in, and `drive`, what is done there (example-drives.mjs);
 * - `route` and `asks`, an address that gives a figure and a script that asks the server;
 * - `maps`, how its bundler writes source maps, by which the scripts are weighed without tfjs: a `flag` behind a `command`, or
 *   `files` of settings;
 * - `copies`: the page is opened once more with its packages from another server;
 * - `says`, what it must have printed or shown at last; by default a loss, or that its tests pass;
 * - `everything`: all our packages are installed, and every declaration checked by `compilers`.
 */
export const kinds = {
  'node-esm': { scripts: ['start'] },
  'node-cjs': { scripts: ['start'] },
  typescript: { scripts: ['start'], everything: true, compilers: ['5.9.3', '6.0.3', '7.0.2'] },
  bun: { scripts: ['start'] },
  deno: { scripts: ['start'] },
  vitest: { scripts: ['test'] },
  jest: { scripts: ['test'] },
  esbuild: {
    scripts: ['build', 'start'],
    page: 'dist',
    maps: { command: 'esbuild src/page.js', flag: '--sourcemap' },
  },
  rollup: { scripts: ['build'], page: 'dist', maps: { command: 'rollup --config', flag: '--sourcemap' } },
  webpack: { scripts: ['start'], page: 'public', maps: { command: 'webpack', flag: '--devtool source-map' } },
  page: { scripts: [], page: '.', copies: true },
  'vite-react': { scripts: ['build'], page: 'dist', maps: { command: 'vite build', flag: '--sourcemap' } },
  next: {
    scripts: ['build'],
    serves: 'start',
    route: '/api/train',
    maps: { files: { 'next.config.mjs': 'export default { productionBrowserSourceMaps: true }\n' } },
  },
  workerd: { scripts: ['start'] },
}

export const jobs = {
  service: { scripts: [], serves: 'start', asks: 'try', says: /scored after 400 of 800 rows/ },
  'clip-pairs': { scripts: ['start'], says: /step 200: .*\n[\d.]+ {2}a red square\n/ },
  projection: { scripts: ['start'], says: /nearest for ([5-9]\d|100) %/ },
  words: { scripts: ['start'], says: /oven: (?:(?:pan|spoon|salt|soup|knife|bread)(?:, |\n)){5}/ },
  backbone: { scripts: ['start'], says: /([5-9]\d|100) % right/ },
  tokenizer: { scripts: ['start'], says: /nearest for ([5-9]\d|100) %/ },
  'photo-search': { scripts: ['make', 'build'], page: 'dist', drive: 'photoSearch', says: /like wood/ },
}
