// What the workspace's files import, as a parser sees it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { filesUnder } from './files.mjs'

/** Source files under a folder; a folder with a manifest of its own is another's, and AssemblyScript another language. */
export const sourcesOf = folder =>
  filesUnder(
    folder,
    /\.([cm]?js|tsx?)$/,
    path => basename(path) !== 'assembly' && !existsSync(join(path, 'package.json')),
  )

/** package.json of a folder. */
export const manifestOf = path => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))

/** The workspace's folders under apps/, packages/ and tooling/: { name, kind, path, manifest } each. */
export function foldersOf(root) {
  return ['apps', 'packages', 'tooling']
    .filter(kind => existsSync(join(root, kind)))
    .flatMap(kind =>
      readdirSync(join(root, kind)).map(name => ({ name, kind, path: join(root, kind, name) })),
    )
    .filter(({ path }) => existsSync(join(path, 'package.json')))
    .map(folder => ({ ...folder, manifest: manifestOf(folder.path) }))
}

/**
 * The imports of a file, { specifier, dynamic?, typeOnly? } each, and whether it exports all of another's names. Not
 * `typeOnly` is `import { type A }`, which loads the module.
 *
 * @returns {{ imports: { specifier: string, dynamic?: boolean, typeOnly?: boolean }[], exportsAll: boolean }}
 */
export function importsOf(file) {
  const text = readFileSync(file, 'utf8')
  const parsed = parseSync(file, text)
  if (parsed.errors.length > 0) throw new Error(`${file}: ${parsed.errors[0].message}`)
  const { staticImports, staticExports, dynamicImports } = parsed.module
  const typeOnly = ({ start, end }) => /^(import|export)\s+type\b/.test(text.slice(start, end))
  const reexports = staticExports.filter(({ entries: [first] }) => first?.moduleRequest)
  const imports = [
    ...staticImports.map(one => ({ specifier: one.moduleRequest.value, typeOnly: typeOnly(one) })),
    ...reexports.map(one => ({ specifier: one.entries[0].moduleRequest.value, typeOnly: typeOnly(one) })),
    ...dynamicImports
      .map(({ moduleRequest: { start, end } }) => /^(['"`])([^'"`$]+)\1$/.exec(text.slice(start, end)))
      .filter(literal => literal !== null)
      .map(literal => ({ specifier: literal[2], dynamic: true })),
  ]
  if (/\bimport\(/.test(text)) {
    const visitor = new Visitor({
      TSImportType: ({ source }) => imports.push({ specifier: source.value, typeOnly: true }),
    })
    visitor.visit(parsed.program)
  }
  const exportsAll = reexports.some(({ entries: [{ importName }] }) => importName.kind.startsWith('All'))
  return { imports, exportsAll }
}
