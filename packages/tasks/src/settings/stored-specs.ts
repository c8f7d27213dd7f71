import type { TableEncoding, TokenizerSpec } from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'
import type { NoiseSpec } from '@chiaro/noise'
import * as z from 'zod/mini'

// What other packages describe as JSON and check whole when they make the thing: here only what kind it says it is.

export const storedEncoder = z.custom<EncoderSpec>(says('kind'))
export const storedNoise = z.custom<NoiseSpec>(says('kind'))
export const storedTokenizer = z.custom<TokenizerSpec>(says('type'))

export const storedTableEncoding = z.custom<TableEncoding>(
  value =>
    Array.isArray((value as TableEncoding | null)?.columns) &&
    (value as TableEncoding).columns.every(says('kind')),
)

/** [height, width, channels] in pixels. */
export const storedShape = z.readonly(z.tuple([z.int(), z.int(), z.union([z.literal(1), z.literal(3)])]))

function says(field: string) {
  return (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[field] === 'string'
}
