import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * What a page pays for an import, in KB of minified code, gzipped, without tfjs: at most so much. That esbuild makes a
 * bundle for a page at all is half of the check.
 */
export const budgets = [
  { names: 'key', from: '@chiaro/random', most: 1.5 },
  { names: 'normal', from: '@chiaro/random', most: 10 },
  { names: 'clipLoss', from: '@chiaro/objectives', most: 12 },
  { names: 'infoNceLoss', from: '@chiaro/objectives', most: 14.5 },
  { names: '*', from: '@chiaro/distributed', most: 31 },
  { names: 'adamW', from: '@chiaro/train', most: 9 },
  { names: 'fit', from: '@chiaro/train', most: 17 },
  { names: 'useBackend', from: '@chiaro/backend', most: 105 },
  { names: '*', from: '@chiaro/core', most: 4 },
  { names: '*', from: '@chiaro/ops', most: 20 },
  { names: '*', from: '@chiaro/random', most: 12 },
  { names: '*', from: '@chiaro/energy', most: 17 },
  { names: '*', from: '@chiaro/noise', most: 22 },
  { names: '*', from: '@chiaro/objectives', most: 23 },
  { names: '*', from: '@chiaro/mcmc', most: 24.5 },
  { names: '*', from: '@chiaro/augment', most: 21 },
  { names: '*', from: '@chiaro/encoders', most: 22 },
  { names: '*', from: '@chiaro/backend-wasm', most: 100 },
  { names: '*', from: '@chiaro/train', most: 35 },
  { names: '*', from: '@chiaro/evaluate', most: 39 },
  { names: '*', from: '@chiaro/data', most: 125 },
  { names: '*', from: '@chiaro/data/browser', most: 13.5 },
  { names: '*', from: '@chiaro/tasks', most: 280 },
]

/** What an import of a budget costs, in KB, in a project that has our packages installed. */
async function sizeOf({ names, from }, project) {
  const binding = names === '*' ? '* as all' : `{ ${names} as all }`
  const { outputFiles } = await build({
    stdin: { contents: `import ${binding} from '${from}'\nconsole.log(all)`, resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
    external: ['@tensorflow/*'],
  })
  return gzipSync(outputFiles[0].contents).length / 1024
}

/** The budgets that are overdrawn in a project, a sentence each. */
export async function overdrawn(project, all = budgets) {
  const sizes = await Promise.all(all.map(budget => sizeOf(budget, project)))
  return all
    .map((budget, i) => ({ ...budget, size: sizes[i] }))
    .filter(({ size, most }) => size > most)
    .map(
      ({ names, from, size, most }) =>
        `${names} of ${from} must take at most ${most} KB, it takes ${size.toFixed(1)}`,
    )
}
