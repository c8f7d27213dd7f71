// What npm run new writes of each kind: files from templates, and lines in files that there are.
import { lineAfter, lineBefore, lineOnTop, rowAfter } from './edits.mjs'

/** A reader's words for what is made: what they replace, and which command tells whether it holds. */
export const kinds = {
  objective: {
    exported: ({ camel }) => `${camel}Loss`,
    files: ({ kebab }) => ({
      'source.ts': `packages/objectives/src/${kebab}.ts`,
      'test.ts': `packages/objectives/src/${kebab}.test.ts`,
      'oracle.ts': `tooling/test-kit/src/oracles/${kebab}.ts`,
    }),
    edits: ({ kebab, camel, Pascal }) => ({
      'packages/objectives/src/index.ts': [
        lineOnTop(`export { type ${Pascal}Options, ${camel}Loss } from './${kebab}.ts'`),
      ],
      'packages/objectives/README.md': [
        rowAfter(/^\| `barlowTwinsLoss/, [
          `\`${camel}Loss(x, y)\``,
          'each pair’s product, against the squares of all others (HaoChen et al. 2021)',
          '−1 for equal rows',
        ]),
      ],
    }),
    package: '@chiaro/objectives',
  },
  noise: {
    exported: ({ camel }) => `${camel}Noise`,
    files: ({ kebab }) => ({
      'source.ts': `packages/noise/src/${kebab}-noise.ts`,
      'test.ts': `packages/noise/src/${kebab}-noise.test.ts`,
    }),
    edits: ({ kebab, camel, Pascal }) => ({
      'packages/noise/src/index.ts': [
        lineOnTop(
          `export { type ${Pascal}NoiseOptions, type ${Pascal}NoiseSpec, ${camel}Noise } from './${kebab}-noise.ts'`,
        ),
      ],
      'packages/noise/src/noise-spec.ts': [
        lineOnTop(`import type { ${Pascal}NoiseSpec } from './${kebab}-noise.ts'`),
        lineAfter(/^ {2}\| \w+Spec$/, `  | ${Pascal}NoiseSpec`),
      ],
      'packages/noise/src/create-noise.ts': [
        lineOnTop(`import { ${camel}Noise } from './${kebab}-noise.ts'`),
        lineBefore(/^\]$/, `  '${camel}',`),
        lineBefore(/^ {2}\}$/, `    case '${camel}':\n      return ${camel}Noise(spec)`),
      ],
      'packages/noise/src/conformance.test.ts': [
        lineAfter(
          /^const noises: readonly/,
          `  ['${kebab}', { kind: '${camel}', mean: [1, -2], scale: [1, 0.5] }, 'differences'],`,
        ),
      ],
      'packages/noise/README.md': [
        rowAfter(/^\| `laplaceNoise/, [`\`${camel}Noise({ mean, scale })\``, 'independent logistic columns']),
      ],
    }),
    package: '@chiaro/noise',
  },
  energy: {
    exported: ({ camel }) => `${camel}Energy`,
    files: ({ kebab }) => ({
      'source.ts': `packages/energy/src/${kebab}-energy.ts`,
      'test.ts': `packages/energy/src/${kebab}-energy.test.ts`,
    }),
    edits: ({ kebab, camel, Pascal }) => ({
      'packages/energy/src/index.ts': [
        lineOnTop(`export { type ${Pascal}EnergyOptions, ${camel}Energy } from './${kebab}-energy.ts'`),
      ],
      'packages/energy/src/every-energy.test.ts': [
        lineOnTop(`import { ${camel}Energy } from './${kebab}-energy.ts'`),
        lineAfter(
          /^const energies: readonly/,
          `  ['${camel}Energy', () => ${camel}Energy({ dimension: 2 }), rows],`,
        ),
        lineAfter(/^const exact: readonly/, `  ['${camel}Energy', () => ${camel}Energy({ dimension: 2 })],`),
      ],
      'packages/energy/README.md': [
        rowAfter(/^\| `icaEnergy/, [
          `\`${camel}Energy({ dimension, mean, scale })\``,
          'Σ z + 2 log(1 + e^(−z)), z = (x − μ)/s',
          'Σ log s',
          'exact',
        ]),
      ],
    }),
    package: '@chiaro/energy',
  },
  view: {
    exported: ({ camel }) => camel,
    files: ({ kebab }) => ({
      'source.ts': `packages/augment/src/${kebab}.ts`,
      'test.ts': `packages/augment/src/${kebab}.test.ts`,
    }),
    edits: ({ kebab, camel, Pascal }) => ({
      'packages/augment/src/index.ts': [
        lineOnTop(`export { type ${Pascal}Options, ${camel} } from './${kebab}.ts'`),
      ],
      'packages/augment/README.md': [
        rowAfter(/^\| `gaussianNoise`/, [
          `\`${camel}\``,
          'stops 1; an exposure for each picture, up to white',
        ]),
      ],
    }),
    package: '@chiaro/augment',
  },
  task: {
    exported: ({ camel }) => camel,
    files: ({ kebab }) => ({
      'source.ts': `packages/tasks/src/${kebab}/${kebab}.ts`,
      'settings.ts': `packages/tasks/src/${kebab}/settings.ts`,
      'test.ts': `packages/tasks/src/${kebab}/${kebab}.test.ts`,
    }),
    edits: ({ kebab, camel, Pascal }) => ({
      'packages/tasks/src/index.ts': [
        lineOnTop(
          `export { type ${Pascal}Model, ${camel}, type Trained${Pascal} } from './${kebab}/${kebab}.ts'\n` +
            `export type { ${Pascal}Config, ${Pascal}Settings } from './${kebab}/settings.ts'`,
        ),
      ],
      'packages/tasks/src/tasks.ts': [
        lineOnTop(`import { ${camel} } from './${kebab}/${kebab}.ts'`),
        lineAfter(/^ {2}asAnyTask\(/, `  asAnyTask(${camel}),`),
      ],
      'packages/tasks/src/programs.test.ts': [
        lineOnTop(`import { ${camel} } from './${kebab}/${kebab}.ts'`),
        lineAfter(
          /^const runs = \{$/,
          `  '${kebab}': { task: ${camel}, data: { rows }, settings: { ...small, steps: 6 } },`,
        ),
      ],
      'packages/tasks/README.md': [
        rowAfter(/^\| `simclr`, `scarf`/, [
          `\`${camel}\``,
          'a task: an encoder of rows, by two noisy views of each',
        ]),
      ],
    }),
    package: '@chiaro/tasks',
    also: ['chiaro'],
  },
}
