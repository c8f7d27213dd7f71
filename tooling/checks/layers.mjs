// The design's layers, checked: node tooling/checks/layers.mjs
import { fileURLToPath } from 'node:url'
import { layerProblems } from './layer-problems.mjs'

const { problems, files } = layerProblems(fileURLToPath(new URL('../..', import.meta.url)))
for (const problem of problems) console.error(problem)
if (problems.length > 0) {
  console.error(`${problems.length} layering problem(s)`)
  process.exit(1)
}
console.log(`layers: every import of ${files} files runs downwards, no cycles`)
