import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { forgottenPeers, installLine, plantProject, projectOfAll } from '../install-lines.mjs'
import { planted } from './planted.ts'

it('the line of a page is its first npm install of packages, with versions where it says them', () => {
  const page = '# A\n```sh\nnpm install --global x\nnpm install @a/b c@~1.2 @d/e@4.2.0\nnpm install f\n```\n'
  expect(installLine(page)).toEqual({ '@a/b': '', c: '~1.2', '@d/e': '4.2.0' })
  expect(installLine('run npm install a')).toBeUndefined()
})

it('a peer that is not on the line is found, unless it is optional', () => {
  const manifests = {
    a: { peerDependencies: { tf: '~4', gl: '~4' }, peerDependenciesMeta: { gl: { optional: true } } },
  }
  expect(forgottenPeers({ a: '' }, manifests)).toEqual(['a needs tf beside it'])
  expect(forgottenPeers({ a: '', tf: '4' }, manifests)).toEqual([])
})

it('ours come from tarballs, whoever asks for them', () => {
  const { dependencies, pnpm } = projectOfAll([{ a: '', b: '' }, { c: '1.0.0' }], { a: '/t/a.tgz' })
  expect(dependencies).toEqual({ a: 'file:/t/a.tgz', b: 'latest', c: '1.0.0' })
  expect(pnpm.overrides).toEqual({ a: 'file:/t/a.tgz' })
})

it('a project sees what its line names, and nothing else', () => {
  const root = planted({
    'all/node_modules/@a/b/index.js': '',
    'all/node_modules/c/index.js': '',
  })
  plantProject(join(root, 'one'), { '@a/b': '' }, join(root, 'all'))
  expect(existsSync(join(root, 'one/node_modules/@a/b/index.js'))).toBe(true)
  expect(existsSync(join(root, 'one/node_modules/c'))).toBe(false)
})
