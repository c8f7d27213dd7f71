import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

/** A folder with the given files, gone after the test. */
export function planted(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'chiaro-planted-'))
  roots.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

/** A package.json with the entries a package exports and what it depends on. */
export function manifest(name: string, entries: readonly string[], ...dependencies: string[]): string {
  return JSON.stringify({
    name,
    description: `what ${name} is`,
    exports: Object.fromEntries(entries.map(entry => [entry, './x.js'])),
    dependencies: Object.fromEntries(dependencies.map(dependency => [dependency, '*'])),
  })
}
