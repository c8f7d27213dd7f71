import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * What a page pays for an import, in KB of minified code, gzipped, without tfjs: at most so much. That esbuild makes a
 * bundle for a page at all is half of the check.
 */
export const budgets = [
  { names: 'key', from: '@chiaro/random', most: 2 },
  { names: 'normal', from: '@chiaro/random', most: 10 },
  { names: 'clipLoss', from: '@chiaro/objectives', most: 13.5 },
  { names: 'infoNceLoss', from: '@chiaro/objectives', most: 15 },
  { names: '*', from: '@chiaro/distributed', most: 31 },
  { names: 'adamW', from: '@chiaro/train', most: 9.5 },
  { names: 'fit', from: '@chiaro/train', most: 17.5 },
  { names: 'useBackend', from: '@chiaro/backend', most: 105 },
  { names: '*', from: '@chiaro/core', most: 4 },
  { names: '*', from: '@chiaro/ops', most: 21 },
  { names: '*', from: '@chiaro/objectives', most: 24 },
  { names: '*', from: '@chiaro/train', most: 36 },
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
