import * as z from 'zod/mini'
import { type Belonging, belongingOf, isFile } from './belonging.ts'
import type { SettingsSchema } from './read-settings.ts'

/** What a flag or a form field needs to know of a setting. */
export interface SettingDescription {
  /** The key it stands under: "batchSize". */
  readonly name: string
  readonly kind: 'integer' | 'number' | 'choice' | 'flag' | 'text' | 'file' | 'integers' | 'texts'
  readonly help: string
  readonly default?: unknown
  /** The choices that it belongs to, where it is not all: it may be given with these only, and has its default there. */
  readonly of?: Belonging
  readonly least?: number
  readonly most?: number
  /** Of a choice. */
  readonly names?: readonly string[]
}

/**
 * The settings of a task in their order, for faces that are made from them.
 *
 * @example
 * ```ts
 * import { density, describeSettings } from '@chiaro/tasks'
 *
 * // What a form needs for its fields, and a command for its flags.
 * for (const { name, kind, of, default: initial } of describeSettings(density.settings).slice(0, 3)) {
 *   console.log(name, kind, initial, of)
 * }
 * ```
 */
export function describeSettings(schema: SettingsSchema): SettingDescription[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => {
    const of = property as z.core.JSONSchema.BaseSchema
    const bounds = of.type === 'array' ? (of.items as z.core.JSONSchema.BaseSchema) : of
    return {
      name,
      kind: isFile(schema.shape[name]) ? 'file' : kindOf(of),
      help: of.description ?? '',
      default: of.default,
      of: belongingOf(schema.shape[name]),
      least: bounds.minimum,
      most: bounds.maximum === Number.MAX_SAFE_INTEGER ? undefined : bounds.maximum,
      names: of.enum?.map(String),
    }
  })
}

function kindOf({ type, enum: names, items }: z.core.JSONSchema.BaseSchema): SettingDescription['kind'] {
  if (names !== undefined) return 'choice'
  if (type === 'array') return (items as { type?: string }).type === 'string' ? 'texts' : 'integers'
  if (type === 'boolean') return 'flag'
  if (type === 'string') return 'text'
  return type === 'integer' ? 'integer' : 'number'
}
