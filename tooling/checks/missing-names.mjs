import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

/** The compiler's words for a module, or a name of a module, that is not there. */
const missing = /error TS(2305|2307|2459|2614|2724|2882):/

/** What the scripts of a compiler's project import that is not there, a sentence of the compiler each. */
export function missingNames(project) {
  const { stdout, error, status } = spawnSync(process.execPath, [compiler, '-p', project], {
    encoding: 'utf8',
  })
  if (error !== undefined || status === null) throw error ?? new Error('the compiler was ended')
  return stdout.split('\n').filter(line => missing.test(line))
}
