/**
 * What a step costs on W ranks, by the model of scale/cost.mjs:
 *
 * node tooling/experiments/scale.mjs --batch 32768 --dimension 512 --parameters 151e6 --flops 44.2e9 [--sides 2]
 *   [--gathered 1] --gflops 547 --gigabits 20 [--ranks 1,16,256,1024] [--straggling .05] [--latency 2e-5] [--adding 2e8]
 *
 * gflops: what a rank reaches in such work; flops: of a sample, forward and back; gathered: 1 for CLIP (texts), 2 for SimCLR.
 */
import { bytesOfRows, bytesOfState, stepCost } from './scale/cost.mjs'

const option = name => {
  const at = process.argv.indexOf(`--${name}`)
  if (at < 0) return undefined
  const value = Number(process.argv[at + 1])
  if (!(value >= 0)) throw new Error(`--${name} must be a number, got ${process.argv[at + 1]}`)
  return value
}
const needed = name => {
  const value = option(name)
  if (value === undefined) throw new Error(`--${name} is needed; see the first lines of this file`)
  return value
}
const at = process.argv.indexOf('--ranks')
const counts = (at < 0 ? '1,2,4,16,64,256,1024' : process.argv[at + 1]).split(',').map(Number)

const work = {
  ...{ sides: option('sides') ?? 2, gathered: option('gathered') ?? 1 },
  ...Object.fromEntries(['batch', 'dimension', 'parameters', 'flops'].map(name => [name, needed(name)])),
}
const machines = {
  ...{ gflops: needed('gflops'), gigabits: needed('gigabits') },
  ...{ straggling: option('straggling'), latency: option('latency'), adding: option('adding') },
}
const alone = stepCost(work, { ...machines, ranks: 1, straggling: 0 }).seconds
const gigabytes = bytes => (bytes / 1e9).toPrecision(3)

console.log(
  `${gigabytes(bytesOfState(work.parameters))} GB of weights, gradients and moments a rank, ${gigabytes(bytesOfRows(work))} GB of others' rows\n`,
)
console.log('| ranks | seconds a step | efficiency | encoders | loss | embeddings | gradients | messages |')
console.log('|---|---|---|---|---|---|---|---|')
for (const ranks of counts) {
  const { seconds, ...parts } = stepCost(work, { ...machines, ranks })
  const efficiency = `${((100 * alone) / (ranks * seconds)).toFixed(0)} %`
  const cells = [seconds, ...Object.values(parts)].map(x => x.toPrecision(3))
  console.log(`| ${[ranks, cells[0], efficiency, ...cells.slice(1)].join(' | ')} |`)
}
