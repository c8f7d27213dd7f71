import { writePair } from './box-muller.ts'
import { fillPhilox, type PhiloxKey } from './philox.ts'

/** The first `count` words of a key's stream: word i is word i mod 4 of block ⌊i/4⌋. */
export function philoxWords(key: PhiloxKey, count: number): Uint32Array {
  const words = new Uint32Array(count)
  fillPhilox(words, key, [0, 0, 0, 0])
  return words
}

/** minimum + width·(⌊word / 2⁸⌋·2⁻²⁴) of each of the first `count` words, each operation rounded to float32. */
export function philoxUniforms(key: PhiloxKey, count: number, minimum: number, width: number): Float32Array {
  const words = philoxWords(key, count)
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) values[i] = minimum + Math.fround(width * ((words[i] >>> 8) * 2 ** -24))
  return values
}

/** Box and Muller's normals of words 2p and 2p + 1, `count` of them, in float64 and rounded once. */
export function philoxNormals(
  key: PhiloxKey,
  count: number,
  mean: number,
  standardDeviation: number,
): Float32Array {
  const words = philoxWords(key, count + (count % 2))
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 2) writePair(words[i], words[i + 1], values, i, mean, standardDeviation)
  return values
}
