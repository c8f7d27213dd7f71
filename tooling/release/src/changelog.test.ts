import { expect, it } from 'vitest'
import { changelogEntry, sentenceFor, withEntry } from '../changelog.mjs'

it.each([
  ['One thing. And `another`.', 'One thing.'],
  [
    'Reads `tokenizer.json` of 4.22 (Lee et al. 2021). More',
    'Reads `tokenizer.json` of 4.22 (Lee et al. 2021).',
  ],
  ['A title without a point\n\nSecond paragraph.', 'A title without a point'],
  ['Goes on\nover a line. “Quoted” then.', 'Goes on\nover a line.'],
])('the first sentence of %j', (text, sentence) => {
  expect(sentenceFor('@a/core', text)).toBe(sentence)
})

it.each([
  ['@a/ops', 'One. Two of `ops` here. Three of `ops`.', 'Two of `ops` here.'],
  ['@a/ops', 'One.\n\nIn `@a/ops` two. Three.', 'In `@a/ops` two.'],
  [
    '@a/backend',
    'One. Two of `@a/backend-wasm`. Three of `@a/backend/webgl`.',
    'Three of `@a/backend/webgl`.',
  ],
])('the sentence for %s of %j', (name, text, sentence) => {
  expect(sentenceFor(name, text)).toBe(sentence)
})

const packages = {
  '@a/core': { folder: 'packages/core', dependencies: {} },
  '@a/ops': { folder: 'packages/ops', dependencies: { '@a/core': 'workspace:^' } },
  tool: { folder: 'packages/cli', dependencies: { '@a/core': 'workspace:^', '@a/ops': 'workspace:^' } },
}
const plan = {
  releases: [
    { name: '@a/core', type: 'minor', oldVersion: '0.1.0', newVersion: '0.2.0' },
    { name: '@a/ops', type: 'patch', oldVersion: '0.1.0', newVersion: '0.1.1' },
    { name: 'tool', type: 'minor', oldVersion: '0.1.0', newVersion: '0.2.0' },
  ],
  changesets: [
    {
      summary: 'Keys are faster. `split` too.\n\nA second paragraph.',
      releases: [
        { name: '@a/core', type: 'minor' },
        { name: 'tool', type: 'minor' },
      ],
    },
    { summary: 'A slip.', releases: [{ name: '@a/ops', type: 'patch' }] },
  ],
}

it('a change of several packages stands whole in the first one’s changelog', () => {
  expect(changelogEntry('@a/core', plan, packages)).toBe(
    '## 0.2.0\n\n### Minor\n\n- Keys are faster. `split` too.\n\n  A second paragraph.\n',
  )
})

it('the others have a sentence of it, where the rest is, and what they need now', () => {
  expect(changelogEntry('tool', plan, packages)).toBe(
    '## 0.2.0\n\n### Minor\n\n- Keys are faster. More: [@a/core 0.2.0](../core/CHANGELOG.md).\n' +
      '\n### Needs\n\n- @a/core 0.2.0.\n',
  )
})

it('a change of one sentence is whole everywhere; a patch of a dependency is not spoken of', () => {
  const patched = { ...plan, releases: plan.releases.slice(1) }
  expect(changelogEntry('@a/ops', patched, packages)).toBe('## 0.1.1\n\n### Patch\n\n- A slip.\n')
})

it('the newest is on top', () => {
  const one = withEntry('a', '', '## 0.1.0\n\n- One.\n')
  expect(one).toBe('# a\n\n## 0.1.0\n\n- One.\n')
  expect(withEntry('a', one, '## 0.2.0\n\n- Two.\n')).toBe(
    '# a\n\n## 0.2.0\n\n- Two.\n\n## 0.1.0\n\n- One.\n',
  )
})
