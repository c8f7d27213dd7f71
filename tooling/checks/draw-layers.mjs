import { relative } from 'node:path'
import { foldersOf, importsOf, sourcesOf } from './imports.mjs'
import { rows } from './rows.mjs'
import { table } from './table.mjs'

/** The map of the workspace as text: apps, the rows of packages there are, tooling; each with a few words. */
export function drawMap(root) {
  const folders = foldersOf(root)
  const present = rows
    .map(({ packages, words }) => ({
      names: packages.filter(name =>
        folders.some(folder => folder.kind === 'packages' && folder.name === name),
      ),
      words,
    }))
    .filter(({ names }) => names.length > 0)
    .map(({ names, words }) => [names.join('   '), words])
  const described = kind =>
    folders.filter(folder => folder.kind === kind).map(({ name, manifest }) => [name, manifest.description])
  const blocks = [
    ['apps/', described('apps')],
    ['packages/', [...present, ['@tensorflow/tfjs-core', 'everybody’s peer, ~4.22.0']]],
    ['tooling/', described('tooling')],
  ]
  const width = Math.max(...blocks.flatMap(([, lines]) => lines.map(([names]) => names.length))) + 3
  const text = blocks.map(([head, lines]) =>
    lines
      .map(([names, words], i) =>
        `${(i === 0 ? head : '').padEnd(12)}${names.padEnd(width)}${words}`.trimEnd(),
      )
      .join('\n'),
  )
  return `\`\`\`\n${text.join(`\n${' '.repeat(12)}${'─'.repeat(width)}\n`)}\n\`\`\``
}

/** Which of our packages each package imports, read from its sources; in italics what it loads by `import()` alone. */
export function drawImports(root) {
  const folders = foldersOf(root).filter(({ kind }) => kind === 'packages')
  const folderOf = new Map(folders.map(folder => [folder.manifest.name, folder.name]))
  const order = rows.flatMap(({ packages }) => packages)
  const inOrder = folders.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  const lines = inOrder.map(({ name, path }) => {
    const found = [...sourcesOf(path)]
      .filter(file => /^src\/(?!.*\.test\.ts$)/.test(relative(path, file)))
      .flatMap(file => importsOf(file).imports)
      .map(({ specifier, dynamic }) => ({
        target: folderOf.get(/^(@chiaro\/[^/]+|chiaro)/.exec(specifier)?.[0]),
        dynamic,
      }))
    const targets = order.flatMap(target => {
      const all = found.filter(one => one.target === target && target !== name)
      if (all.length === 0) return []
      return all.every(({ dynamic }) => dynamic) ? [`_${target}_`] : [target]
    })
    return [`\`${name}\``, targets.join(', ') || '—']
  })
  return table(['package', 'imports'], lines)
}
