// Scripts have no types of their own to check, but the names that they import must be there:
// node tooling/checks/script-names.mjs
import { fileURLToPath } from 'node:url'
import { missingNames } from './missing-names.mjs'

const problems = missingNames(fileURLToPath(new URL('tsconfig.scripts.json', import.meta.url)))
for (const problem of problems) console.error(problem)
if (problems.length > 0) {
  console.error(`${problems.length} name(s) imported that are not there`)
  process.exit(1)
}
console.log('scripts: every name that they import is there')
