import { rangeError, typeError } from '@chiaro/core'
import type { Tower } from './clip-layout.ts'

export type ClipActivation = 'gelu' | 'quick-gelu'

/** What the weights don't say of a tower. */
export interface TowerSettings {
  readonly activation?: ClipActivation
  readonly heads?: number
  readonly epsilon?: number
}

/** What a checkpoint's configuration says; what is absent it leaves open. */
export interface ClipSettings extends Readonly<Record<Tower, TowerSettings>> {
  /** The id at which texts are read. Absent: the largest of a text. */
  readonly endId?: number
  readonly mean?: readonly number[]
  readonly deviation?: readonly number[]
}

type Fields = Readonly<Record<string, unknown>>
const where = 'clipTowers'

/**
 * The settings of a parsed `config.json` of Hugging Face, or `open_clip_config.json` or open_clip's model
 * configuration, with the defaults of the library whose it is.
 *
 * @throws TypeError for a field of another type; RangeError for an activation or, of open_clip's, a setting that we
 * don't have
 */
export function settingsOf(config: unknown): ClipSettings {
  if (config === undefined) return { image: {}, text: {} }
  const fields = recordOf('config', config)
  if ('vision_config' in fields || 'text_config' in fields) return ofHuggingFace(fields)
  if ('model_cfg' in fields || 'vision_cfg' in fields) return ofOpenClip(fields)
  const expected = 'of Hugging Face (vision_config, text_config) or open_clip (vision_cfg, text_cfg)'
  throw typeError(where, 'config', expected, Object.keys(fields).slice(0, 5).join(', '))
}

function ofHuggingFace(config: Fields): ClipSettings {
  const tower = (name: string, heads: number): TowerSettings => {
    const own = recordOf(`config.${name}`, config[name] ?? {})
    return {
      activation: activationOf(`config.${name}.hidden_act`, own.hidden_act ?? 'quick_gelu'),
      heads: numberOf(`config.${name}.num_attention_heads`, own.num_attention_heads ?? heads),
      epsilon: numberOf(`config.${name}.layer_norm_eps`, own.layer_norm_eps ?? 1e-5),
    }
  }
  const text = recordOf('config.text_config', config.text_config ?? {})
  const end = text.eos_token_id ?? undefined
  // 2 is what old files say of vocabularies whose end is the largest id; the library reads it so, too.
  const endId = end === undefined || end === 2 ? undefined : numberOf('config.text_config.eos_token_id', end)
  return {
    image: tower('vision_config', 12),
    text: tower('text_config', 8),
    ...(endId === undefined ? {} : { endId }),
  }
}

function ofOpenClip(config: Fields): ClipSettings {
  const model = recordOf('config.model_cfg', config.model_cfg ?? config)
  const known = ['embed_dim', 'quick_gelu', 'vision_cfg', 'text_cfg', 'model_cfg', 'preprocess_cfg']
  onlyKnown('config', model, known)
  const vision = recordOf('config.vision_cfg', model.vision_cfg ?? {})
  const text = recordOf('config.text_cfg', model.text_cfg ?? {})
  const visionKeys = ['image_size', 'layers', 'width', 'head_width', 'patch_size', 'mlp_ratio']
  onlyKnown('config.vision_cfg', vision, visionKeys)
  onlyKnown('config.text_cfg', text, [
    'context_length',
    'vocab_size',
    'width',
    'heads',
    'layers',
    'mlp_ratio',
  ])
  const activation = model.quick_gelu === true ? 'quick-gelu' : 'gelu'
  const width = numberOf('config.vision_cfg.width', vision.width ?? 768)
  const headWidth = numberOf('config.vision_cfg.head_width', vision.head_width ?? 64)
  const preprocess = recordOf('config.preprocess_cfg', config.preprocess_cfg ?? {})
  const channels = (name: 'mean' | 'std') => {
    const value = preprocess[name]
    if (value === undefined) return undefined
    const at = `config.preprocess_cfg.${name}`
    if (!Array.isArray(value)) throw typeError(where, at, 'a list of numbers', JSON.stringify(value))
    return value.map((number, i) => numberOf(`${at}[${i}]`, number))
  }
  const [mean, deviation] = [channels('mean'), channels('std')]
  return {
    image: { activation, heads: width / headWidth, epsilon: 1e-5 },
    text: { activation, heads: numberOf('config.text_cfg.heads', text.heads ?? 8), epsilon: 1e-5 },
    ...(mean === undefined ? {} : { mean }),
    ...(deviation === undefined ? {} : { deviation }),
  }
}

/** A switch we don't know, and that is on, would give other embeddings without a word. */
function onlyKnown(at: string, fields: Fields, known: readonly string[]): void {
  for (const [name, value] of Object.entries(fields)) {
    if (known.includes(name) || value === false || value === null || value === undefined) continue
    throw rangeError(where, `${at}.${name}`, 'absent: clipTowers has no such setting', JSON.stringify(value))
  }
}

function activationOf(at: string, value: unknown): ClipActivation {
  if (value === 'quick_gelu') return 'quick-gelu'
  if (value === 'gelu') return 'gelu'
  throw rangeError(where, at, '"gelu" or "quick_gelu"', JSON.stringify(value))
}

function numberOf(at: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw typeError(where, at, 'a number', JSON.stringify(value))
}

function recordOf(at: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw typeError(where, at, 'an object', JSON.stringify(value))
}
