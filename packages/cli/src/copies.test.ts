import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { copiesIn } from './copies.ts'
import { chiaro } from './run-in-test.ts'

const made: string[] = []
afterEach(() => {
  vi.restoreAllMocks()
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A project with packages of versions at places. */
function project(packages: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chiaro-copies-')))
  made.push(folder)
  for (const [place, version] of Object.entries(packages)) {
    mkdirSync(join(folder, place), { recursive: true })
    writeFileSync(join(folder, place, 'package.json'), JSON.stringify({ version }))
  }
  return folder
}
const core = 'node_modules/@chiaro/core'

it('one copy of each is no duplicate, however often it is linked', () => {
  const folder = project({
    [core]: '0.2.0',
    'node_modules/other': '1.0.0',
    'node_modules/@tensorflow/tfjs-core': '4.22.0',
  })
  mkdirSync(join(folder, 'node_modules/other/node_modules/@chiaro'), { recursive: true })
  symlinkSync(join(folder, core), join(folder, 'node_modules/other', core), 'junction')
  expect(copiesIn(folder)).toEqual([
    { name: '@chiaro/core', copies: [{ version: '0.2.0', path: join(core) }] },
    {
      name: '@tensorflow/tfjs-core',
      copies: [{ version: '4.22.0', path: join('node_modules/@tensorflow/tfjs-core') }],
    },
  ])
})

it('copies within a package, in pnpm’s store and in a folder around are found', () => {
  const nested = `node_modules/@chiaro/train/${core}`
  const stored = `node_modules/.pnpm/x@1/${core}`
  const folder = project({
    [core]: '0.1.0',
    [`app/${core}`]: '0.2.0',
    [`app/${nested}`]: '0.3.0',
    [`app/${stored}`]: '0.4.0',
    'app/node_modules/@chiaro/train': '0.2.0',
  })
  const [found] = copiesIn(join(folder, 'app'))
  expect(found.name).toBe('@chiaro/core')
  expect([...found.copies].sort((a, b) => (a.version < b.version ? -1 : 1))).toEqual([
    { version: '0.1.0', path: join('..', core) },
    { version: '0.2.0', path: join(core) },
    { version: '0.3.0', path: join(nested) },
    { version: '0.4.0', path: join(stored) },
  ])
})

it('doctor names duplicates of the project that it runs in, and says that there are none', async () => {
  const nested = join(dirname(core), 'train', core)
  const folder = project({ [core]: '0.2.0', [dirname(nested)]: '', [nested]: '0.1.0' })
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  const { code, lines } = await chiaro(['doctor'])
  expect(code).toBe(0)
  const said = lines.join('\n')
  expect(said).toMatch(/^copies +@chiaro\/core, 2 of it$/m)
  expect(said).toContain(`  0.2.0    ${join(core)}`)
  expect(said).toContain(`  0.1.0    ${nested}`)
  expect(said).toMatch(/npm dedupe/)
  const { result } = await chiaro(['doctor', '--json'])
  expect(result.duplicates).toMatchObject([{ name: '@chiaro/core', copies: [{}, {}] }])

  vi.spyOn(process, 'cwd').mockReturnValue(project({ [core]: '0.2.0' }))
  expect((await chiaro(['doctor'])).lines.join('\n')).toMatch(/^copies +one of each package$/m)
})
