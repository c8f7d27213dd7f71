// One worker: replicates of a cell, each from its own key, so that the numbers don't depend on how many workers run.
import { parentPort } from 'node:worker_threads'
import { foldIn, key, split } from '@chiaro/random'
import { binaryCells, rankingCells } from './cells.mjs'
import { minimise } from './newton.mjs'
import { slopeCells, slopeReplicate } from './slope.mjs'

/** Every cell in the order of its stream: a new cell goes last, so that the others keep their numbers. */
export const allCells = [...binaryCells, ...rankingCells, ...slopeCells]

/** @param {number} at place in `allCells` @param {number} replicate @param {number} seed */
export const replicateKey = (at, replicate, seed) => foldIn(foldIn(key(seed), at), replicate)

/** Draw and fit one replicate of a cell that has a family. */
export function fitReplicate(at, replicate, seed) {
  const { family, count } = allCells[at]
  const [dataKey, noiseKey] = split(replicateKey(at, replicate, seed), 2)
  const draw = family.draw(dataKey, noiseKey, count)
  return {
    draw,
    ...minimise(family.evaluate(draw), family.truth, { count, tolerance: family.tolerance }),
  }
}

function reported(at, replicate, seed) {
  const cell = allCells[at]
  if (cell.family === undefined) return slopeReplicate(cell, replicateKey(at, replicate, seed), replicate)
  const { theta, converged } = fitReplicate(at, replicate, seed)
  // A loss with kinks has no Newton limit: its last point is as good as any.
  const good = converged || cell.family.kinks === true
  return good ? cell.family.report(theta) : cell.family.truth.map(() => Number.NaN)
}

parentPort?.on('message', ({ at, from, to, seed }) => {
  const rows = []
  for (let replicate = from; replicate < to; replicate++) rows.push(reported(at, replicate, seed))
  parentPort.postMessage({ at, from, rows })
})
