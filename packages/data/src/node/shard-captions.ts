import { dataError } from '../data-error.ts'
import { captionsOf } from './captions-of.ts'
import type { ShardSample } from './shard-samples.ts'

/**
 * The captions of a shard's sample: the field of its JSON that has that name, a text or a list of them, else its .txt,
 * without blanks around it.
 *
 * @throws ChiaroError ('data') that names the shard and the byte: a sample without a caption, or with another value
 *
 * @example
 * ```ts
 * import { jsonField, shardCaptions } from '@chiaro/data/node'
 *
 * const sample = { key: 'a', file: '00.tar', offset: 0, text: 'a heart', json: { text: ['heart', 'love'], width: 64 } }
 * console.log(shardCaptions(sample), shardCaptions(sample, 'alt')) // of the JSON; of a.txt, where it lacks the field
 * console.log(jsonField(sample, 'width')) // 64
 * ```
 */
export function shardCaptions(
  sample: Pick<ShardSample, 'key' | 'file' | 'offset' | 'text' | 'json'>,
  textColumn = 'text',
): readonly string[] {
  const where = 'shardCaptions'
  const { key, file, offset, text } = sample
  const field = jsonField(sample, textColumn)
  if (field !== undefined) return captionsOf(where, { file, offset }, `${textColumn} of ${key}`, field)
  if (text !== undefined) return captionsOf(where, { file, offset }, `${key}.txt`, text.trim())
  const problem = `${key} must have a caption, ${key}.txt or ${textColumn} in ${key}.json, got none`
  throw dataError(where, { file, offset }, problem)
}

/**
 * A field of a sample's JSON, where there is one.
 *
 * @see `shardCaptions` for an example
 */
export function jsonField({ json }: Pick<ShardSample, 'json'>, name: string): unknown {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return undefined
  return (json as Readonly<Record<string, unknown>>)[name]
}
