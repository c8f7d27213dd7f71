import { Worker } from 'node:worker_threads'
import { allCells } from './work.mjs'

/**
 * Runs every replicate of every cell on `threads` workers.
 * @param {{ replicatesOf: (at: number) => number, seed: number, threads: number }} options
 * @returns {Promise<number[][][]>} the rows of each cell, by replicate
 */
export async function runCells({ replicatesOf, seed, threads }) {
  const results = allCells.map(() => [])
  const tasks = allCells.flatMap((_, at) => {
    const [total, block] = [replicatesOf(at), 50]
    return Array.from({ length: Math.ceil(total / block) }, (_, i) => ({
      at,
      from: i * block,
      to: Math.min(total, (i + 1) * block),
      seed,
    }))
  })
  let [next, done] = [0, 0]
  const runOne = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./work.mjs', import.meta.url))
      const give = () => {
        if (next < tasks.length) worker.postMessage(tasks[next++])
        else resolve(worker.terminate())
      }
      worker.on('error', reject)
      worker.on('message', ({ at, from, rows }) => {
        rows.forEach((row, i) => {
          results[at][from + i] = row
        })
        done++
        if (done % 50 === 0) console.error(`${done} of ${tasks.length} blocks`)
        give()
      })
      give()
    })
  await Promise.all(Array.from({ length: threads }, runOne))
  return results
}
