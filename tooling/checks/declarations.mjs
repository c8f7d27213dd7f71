import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { manifestOf } from './imports.mjs'

/** How a program's compiler may find packages. */
const resolutions = {
  node16: { module: 'node16' },
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}

/** The names of our packages that a project has installed. */
export const ourPackagesIn = project => [
  'chiaro',
  ...readdirSync(join(project, 'node_modules/@chiaro')).map(name => `@chiaro/${name}`),
]

/** Writes a program that imports every public entry of our packages, and returns how many there are. */
export function writeEntries(project, file) {
  const entries = ourPackagesIn(project).flatMap(name =>
    Object.keys(manifestOf(join(project, 'node_modules', name)).exports)
      .filter(path => path !== './package.json')
      .map(path => name + path.slice(1)),
  )
  const lines = entries.map((entry, index) => `import * as entry${index} from '${entry}'\n`)
  writeFileSync(
    join(project, file),
    `${lines.join('')}export const entries = [${entries.map((_, index) => `entry${index}`)}]\n`,
  )
  return entries.length
}

/** What a compiler says that is not of other people's declarations, which we can't mend. */
export const ours = said =>
  said.split('\n').filter(line => {
    const inPackage = line.split('(')[0].split('node_modules/').slice(1).at(-1)
    return /error TS/.test(line) && (inPackage === undefined || /^(@chiaro|chiaro)\//.test(inPackage))
  })

/**
 * What a compiler finds wrong with programs and with the declarations that they import, every line of them checked and
 * without the types of Node's: a sentence each, with the resolution before it.
 *
 * @param tsc the path of its command
 */
export async function declarationProblems(tsc, project, files) {
  const found = await Promise.all(
    Object.entries(resolutions).map(async ([name, resolution]) => {
      const config = join(project, `tsconfig.${name}.json`)
      const strict = { noEmit: true, strict: true, skipLibCheck: false, target: 'es2022', types: [] }
      writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, ...resolution }, files }))
      const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', config], {
        cwd: project,
        maxBuffer: 2 ** 26,
      }).catch(error => {
        if (/error TS/.test(error.stdout ?? '')) return error
        throw error
      })
      return ours(stdout).map(line => `${name}: ${line}`)
    }),
  )
  return found.flat()
}
