import { mkdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { foldersOf } from './imports.mjs'

/** The built entries of packages/: { name, report, folder, types } each, `report` the name of its page. */
export function typedEntries(root) {
  return foldersOf(root)
    .filter(({ kind }) => kind === 'packages')
    .flatMap(({ name: folder, path, manifest }) =>
      Object.entries(manifest.exports)
        .filter(([, { types }]) => types !== undefined)
        .map(([entry, { types }]) => ({
          name: manifest.name + entry.slice(1),
          report: `${[folder, ...entry.split('/').slice(1)].join('.')}.md`,
          folder: path,
          types: join(path, types),
        })),
    )
}

const typeRoots = fileURLToPath(new URL('../../node_modules/@types', import.meta.url))

/** API Extractor's settings for an entry, whose report it leaves in a scratch folder. */
function configFor({ report, folder, types }, scratch) {
  const none = { default: { logLevel: 'none' } }
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            lib: ['es2023', 'dom', 'dom.iterable'],
            module: 'nodenext',
            allowImportingTsExtensions: true,
            noEmit: true,
            strict: true,
            skipLibCheck: true,
            typeRoots: [typeRoots],
            types: ['node'],
          },
          files: [types],
        },
      },
      apiReport: {
        enabled: true,
        includeForgottenExports: true,
        reportFileName: report.replace(/\.md$/, ''),
        reportFolder: join(scratch, 'committed'),
        reportTempFolder: join(scratch, 'made'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: none,
        tsdocMessageReporting: none,
      },
    },
    packageJsonFullPath: join(folder, 'package.json'),
  })
}

/** A report under a title of ours, without what only API Extractor's own checks use. */
function titled(name, report) {
  const signatures = /```ts\n([\s\S]*?)```/.exec(report)[1]
  const kept = signatures
    .replace(/^ *\/\/ (@public( \(undocumented\))?|\(undocumented\)|\(No @packageDocumentation.*\))\n/gm, '')
    .trim()
  return `# ${name}\n\n<!-- what it exports, drawn by npm run api -->\n\n\`\`\`ts\n${kept}\n\`\`\`\n`
}

/** What differs of a page, its lines with − and +. */
export function difference(before, after) {
  const [old, made] = [before, after].map(text => text.split('\n'))
  const only = (sign, lines, others) =>
    lines.filter(line => !others.includes(line)).map(line => `${sign} ${line}`)
  return [...only('-', old, made), ...only('+', made, old)]
}

/** The public signatures of built entries, a page each: its text by its name. All are read by one compiler. */
export function apiReports(entries, scratch) {
  for (const name of ['committed', 'made']) mkdirSync(join(scratch, name), { recursive: true })
  const configs = entries.map(entry => configFor(entry, scratch))
  const compilerState = CompilerState.create(configs[0], {
    additionalEntryPoints: entries.slice(1).map(({ types }) => types),
  })
  return Object.fromEntries(
    entries.map(({ name, report, types }, i) => {
      const wrong = []
      const { errorCount } = Extractor.invoke(configs[i], {
        compilerState,
        localBuild: true,
        messageCallback(message) {
          if (message.logLevel === 'error') wrong.push(message.text)
          message.handled = true
        },
      })
      if (errorCount > 0) throw new Error(`${relative('.', types)}: ${wrong.join('\n')}`)
      const made = join(scratch, 'made', report.replace(/\.md$/, '.api.md'))
      return [report, titled(name, readFileSync(made, 'utf8'))]
    }),
  )
}
