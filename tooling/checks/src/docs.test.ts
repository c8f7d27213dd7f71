import { describe, expect, it } from 'vitest'
import { drawImports, drawMap } from '../draw-layers.mjs'
import { brokenLinks } from '../links.mjs'
import { citationsIn, notesPlaces } from '../notes.mjs'
import { manifest, planted } from './planted.ts'

describe('the drawing of layers', () => {
  const workspace = {
    'apps/demo/package.json': manifest('@chiaro/demo', []),
    'packages/core/package.json': manifest('@chiaro/core', ['.']),
    'packages/ops/package.json': manifest('@chiaro/ops', ['.']),
    'packages/ops/src/index.ts': "import type { A } from '@chiaro/core'\nexport type B = A\n",
    'packages/backend-wasm/package.json': manifest('@chiaro/backend-wasm', ['.']),
    'packages/backend/package.json': manifest('@chiaro/backend', ['.']),
    'packages/backend/src/index.ts':
      "import '@chiaro/ops'\nexport const load = () => import('@chiaro/backend-wasm')\n",
    'packages/backend/src/index.test.ts': "import '@chiaro/core'\n",
    'tooling/bench/package.json': manifest('@chiaro/bench', []),
  }

  it('has the rows of the packages there are, each with its words', () => {
    expect(drawMap(planted(workspace)).split('\n')).toEqual([
      '```',
      'apps/       demo                    what @chiaro/demo is',
      '            ────────────────────────',
      'packages/   backend                 chooses and prepares a tfjs backend',
      '            backend-wasm            kernels and repairs of one each',
      '            ops                     each op whole: contract, composed form, gradient',
      '            core                    errors, contracts, numerics of the host',
      '            @tensorflow/tfjs-core   everybody’s peer, ~4.22.0',
      '            ────────────────────────',
      'tooling/    bench                   what @chiaro/bench is',
      '```',
    ])
  })

  it('has what sources import, tests left out, in italics what is loaded later', () => {
    expect(drawImports(planted(workspace)).split('\n')).toEqual([
      '| package        | imports             |',
      '| -------------- | ------------------- |',
      '| `backend`      | _backend-wasm_, ops |',
      '| `backend-wasm` | —                   |',
      '| `ops`          | core                |',
      '| `core`         | —                   |',
    ])
  })
})

describe('citations of the notes', () => {
  it('are numbers behind the page’s name, ranges and lists too, over the lines of a comment', () => {
    expect(citationsIn('(docs/notes.md eq. 1.16)').found).toEqual(['1.16'])
    expect(
      citationsIn('/**\n * learned (docs/notes.md\n * eq. 1.3 and 1.7, 1.9–1.11) in\n */').found,
    ).toEqual(['1.3', '1.7', '1.9', '1.10', '1.11'])
    expect(citationsIn('[notes eq. 1.1–1.2](../../docs/notes.md)').found).toEqual(['1.1', '1.2'])
    expect(citationsIn('Vehtari et al. 2021, eq. 14; Hager and Zhang, eq. 4.1')).toEqual({
      found: [],
      bare: [],
    })
  })

  const page = '| no. | what |\n| 1.1–1.2 | energies |\n'
  const example = (number: string) => ({
    [`apps/gallery/src/notes/${number}.ts`]: `export const example = { equation: '${number}' }\n`,
  })
  const sound = { 'docs/notes.md': page, ...example('1.1'), ...example('1.2') }

  it('are listed by equation, beside its example', () => {
    const root = planted({ ...sound, 'packages/core/src/a.ts': '/** docs/notes.md eq. 1.2. */\n' })
    expect(notesPlaces(root)).toEqual({
      problems: [],
      text: [
        '- **1.1** worked in [gallery/src/notes/1.1.ts](../apps/gallery/src/notes/1.1.ts)',
        '- **1.2** [core/src/a.ts](../packages/core/src/a.ts); worked in [gallery/src/notes/1.2.ts](../apps/gallery/src/notes/1.2.ts)',
      ].join('\n'),
    })
  })

  it.each([
    ['a number without its page', '/** notes eq. 1.2 */', 'eq. 1.2 must name its page'],
    ['a number in passing', '/** SimCLR (eq. 1.2). */', 'eq. 1.2 must name its page'],
    ['an equation that there is not', '/** docs/notes.md eq. 1.3 */', 'docs/notes.md has no equation 1.3'],
  ])('may not be %s', (_, text, problem) => {
    const { problems } = notesPlaces(planted({ ...sound, 'packages/core/src/a.ts': text }))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`packages/core/src/a.ts: ${problem}`)
  })

  it('has an example for each equation', () => {
    const { problems } = notesPlaces(planted({ 'docs/notes.md': page, ...example('1.1') }))
    expect(problems).toEqual(['docs/notes.md: no example of the gallery works 1.2'])
  })
})

it('links to files that are not there are found, in links and in names of places', () => {
  const text = [
    '[there](b.md#part) and [elsewhere](https://example.org/c.md) and [here](#part)',
    '[gone](c.md), `packages/ops` and `packages/gone/x.ts`, `train/x`',
    '```',
    '[in code](d.md)',
    '```',
  ]
  const root = planted({ 'docs/a.md': text.join('\n'), 'docs/b.md': '', 'packages/ops/x.ts': '' })
  expect(brokenLinks(root)).toEqual([
    'docs/a.md: docs/c.md is not there',
    'docs/a.md: packages/gone/x.ts is not there',
  ])
})
