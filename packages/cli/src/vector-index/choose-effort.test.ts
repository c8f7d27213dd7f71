import { useBackend } from '@chiaro/backend'
import type { VectorIndex } from '@chiaro/data/node'
import { key, normalValues } from '@chiaro/random'
import { beforeAll, expect, it } from 'vitest'
import { chooseEffort, measureRecall, type Questions } from './choose-effort.ts'
import { drawRows, type Rows, withoutHeldOut } from './held-out.ts'
import { nearestOfAll } from './search-vectors.ts'

beforeAll(() => useBackend('cpu').then(() => undefined))

const [rows, dimension, partitions, top] = [800, 8, 16, 10]
const vectors = normalValues(key(1), rows * dimension)
const names = Array.from({ length: rows }, (_, i) => String(i))
const rowOf = (i: number) => vectors.subarray(i * dimension, (i + 1) * dimension)
const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0) / Math.hypot(...a) / Math.hypot(...b)

/**
 * An index whose every partition-th row is in a partition, so that p of P probes find p/P of the nearest; it takes the
 * second half of its candidates for the likelier one.
 */
function indexWith(asked: { count: number; probes: number }[], halves = 1): VectorIndex {
  return {
    ...{ rows, dimension, partitions, subVectors: 4, about: {} },
    async candidates(vector, options) {
      asked.push(options)
      const scores = names.map((_, i) => cosine(rowOf(i), vector))
      const near = names
        .map((_, i) => i)
        .filter(i => i % partitions < options.probes)
        .sort((a, b) => scores[b] - scores[a])
        .slice(0, options.count / halves)
      const others = halves === 1 ? [] : near.map((_, i) => (near[0] + 17 * i) % rows)
      const chosen = [...others, ...near]
      const found = new Float32Array(chosen.length * dimension)
      for (const [at, i] of chosen.entries()) found.set(rowOf(i), at * dimension)
      return { names: chosen.map(String), vectors: found, dimension }
    },
    async *scan() {
      yield { names, vectors, dimension }
    },
  }
}

async function questions(index: VectorIndex, seed: number): Promise<Questions> {
  const asked = Array.from({ length: 10 }, (_, i) => normalValues(key(seed + i), dimension))
  return { vectors: asked, exact: await nearestOfAll(asked, index, top), top }
}

it('takes the fewest partitions and candidates that reach the recall with a standard error to spare', async () => {
  const index = indexWith([])
  const chosen = await questions(index, 100)
  for (const [target, probes] of [
    [0.3, 8],
    [0.9, 16],
  ] as const) {
    const effort = await chooseEffort(index, chosen, target)
    expect(effort).toEqual({ probes, factor: 5 })
    // Other questions: about as many of the nearest as partitions are looked into.
    const { value, standardError } = await measureRecall(index, await questions(index, 200), effort)
    expect(Math.abs(value - probes / partitions)).toBeLessThan(4 * standardError + 1e-9)
  }
})

it('takes more candidates where the index puts others first, and the best there is where nothing reaches it', async () => {
  const late = indexWith([], 2)
  const chosen = await questions(late, 100)
  const effort = await chooseEffort(late, chosen, 0.99)
  expect(effort).toEqual({ probes: 16, factor: 40 })
  const none: VectorIndex = {
    ...late,
    candidates: async () => ({ names: [], vectors: new Float32Array(0), dimension }),
  }
  expect(await chooseEffort(none, chosen, 0.5)).toEqual({ probes: 1, factor: 5 })
})

it('looks no further than what the best has cost', async () => {
  const asked: { count: number; probes: number }[] = []
  const index = indexWith(asked)
  await chooseEffort(index, await questions(index, 100), 0)
  expect(new Set(asked.map(({ probes }) => probes))).toEqual(new Set([1]))
})

it('holds out the rows that the key draws, however blocks are cut', async () => {
  const drawn = drawRows(key(3), rows, 150)
  expect(drawn.size).toBe(150)
  expect(drawRows(key(3), rows, 150)).toEqual(drawn)
  expect(drawRows(key(4), rows, 150)).not.toEqual(drawn)
  for (const size of [1, 77, rows]) {
    async function* blocks() {
      for (let from = 0; from < rows; from += size) {
        const to = Math.min(rows, from + size)
        yield {
          names: names.slice(from, to),
          vectors: vectors.subarray(from * dimension, to * dimension),
          dimension,
        }
      }
    }
    const kept: Rows = { names: [], vectors: [] }
    const rest: string[] = []
    for await (const block of withoutHeldOut(blocks(), drawn, kept)) {
      expect(block.vectors.length).toBe(block.names.length * dimension)
      for (const [i, name] of block.names.entries()) {
        expect(block.vectors[i * dimension]).toBe(rowOf(Number(name))[0])
        rest.push(name)
      }
    }
    expect(rest).toEqual(names.filter((_, i) => !drawn.has(i)))
    expect(kept.names).toEqual(names.filter((_, i) => drawn.has(i)))
    for (const [i, name] of kept.names.entries()) expect(kept.vectors[i]).toEqual(rowOf(Number(name)))
  }
})
