import { ChiaroError } from '@chiaro/core'
import { reasonOf } from '../data-error.ts'

/** A component of a `tokenizer.json`: its type and its settings. */
export type Component = Readonly<Record<string, unknown>> & { readonly type: string }

/** A `tokenizer.json` of Hugging Face that has been looked through. */
export interface TokenizerJson {
  readonly added_tokens: readonly Readonly<Record<string, unknown>>[]
  readonly normalizer: Component | null
  readonly pre_tokenizer: Component | null
  readonly post_processor: Component | null
  readonly model: Component & { readonly vocab: object }
}

type Fields = Readonly<Record<string, unknown>>
type Types = Readonly<Record<string, readonly string[]>>

const regex = ['pattern', 'behavior', 'invert']

/** The settings that each component may have, by its type; a null stands where there is none. */
const components: Readonly<Record<string, Types>> = {
  normalizer: {
    BertNormalizer: ['clean_text', 'handle_chinese_chars', 'strip_accents', 'lowercase'],
    Precompiled: ['precompiled_charsmap'],
    Sequence: ['normalizers'],
    Replace: ['pattern', 'content'],
    ...{ NFC: [], NFD: [], NFKC: [], NFKD: [], Lowercase: [], StripAccents: [] },
    Strip: ['strip_left', 'strip_right'],
    Prepend: ['prepend'],
  },
  pre_tokenizer: {
    ...{ BertPreTokenizer: [], Whitespace: [], WhitespaceSplit: [] },
    Sequence: ['pretokenizers'],
    Metaspace: ['replacement', 'str_rep', 'prepend_scheme', 'add_prefix_space', 'split'],
    ByteLevel: ['add_prefix_space', 'trim_offsets', 'use_regex'],
    Split: regex,
    Punctuation: ['behavior'],
    Digits: ['individual_digits'],
  },
  post_processor: {
    TemplateProcessing: ['single', 'pair', 'special_tokens'],
    ByteLevel: ['add_prefix_space', 'trim_offsets', 'use_regex'],
    BertProcessing: ['sep', 'cls'],
    RobertaProcessing: ['sep', 'cls', 'trim_offsets', 'add_prefix_space'],
    Sequence: ['processors'],
  },
  model: {
    BPE: ['vocab', 'merges', 'unk_token', 'end_of_word_suffix', 'fuse_unk', 'byte_fallback', 'ignore_merges'],
    WordPiece: ['vocab', 'unk_token', 'continuing_subword_prefix', 'max_input_chars_per_word'],
    Unigram: ['vocab', 'unk_id'],
    WordLevel: ['vocab', 'unk_token'],
  },
}

const fileFields = [
  ...['version', 'truncation', 'padding', 'added_tokens', 'normalizer', 'pre_tokenizer'],
  ...['post_processor', 'decoder', 'model'],
]
const tokenFields = ['id', 'content', 'lstrip', 'rstrip', 'normalized', 'special']

/** The parts that a sequence is made of, by the field that holds them. */
const sequences: Readonly<Record<string, string>> = {
  normalizer: 'normalizers',
  pre_tokenizer: 'pretokenizers',
  post_processor: 'processors',
}

/**
 * Looks a `tokenizer.json` through: a component or a setting that is not known here would give other ids without a word.
 *
 * @throws ChiaroError ('data') that names the field, what was expected and what came
 */
export function parseTokenizerJson(text: string): TokenizerJson {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw brokenTokenizer(`the file must be JSON, got something else: ${reasonOf(error)}`, error)
  }
  const file = recordOf('the file', parsed)
  onlyKnown('', file, fileFields)
  const { truncation, added_tokens: added = [] } = file
  if (truncation != null) {
    const { direction = 'Right' } = recordOf('truncation', truncation)
    if (direction !== 'Right') throw refused('truncation.direction', 'Right', direction)
  }
  if (!Array.isArray(added)) throw refused('added_tokens', 'a list', added)
  for (const [i, token] of added.entries())
    checkAdded(`added_tokens[${i}]`, recordOf(`added_tokens[${i}]`, token))
  for (const part of ['normalizer', 'pre_tokenizer', 'post_processor']) checkComponent(part, part, file[part])
  if (file.model == null) throw refused('model', 'there', file.model)
  checkComponent('model', 'model', file.model)
  checkModel(file.model as Component, JSON.stringify(file.pre_tokenizer ?? null).includes('"ByteLevel"'))
  return {
    added_tokens: added,
    normalizer: (file.normalizer ?? null) as Component | null,
    pre_tokenizer: (file.pre_tokenizer ?? null) as Component | null,
    post_processor: (file.post_processor ?? null) as Component | null,
    model: file.model as TokenizerJson['model'],
  }
}

function checkAdded(at: string, token: Fields): void {
  onlyKnown(`${at}.`, token, tokenFields)
  if (typeof token.content !== 'string' || token.content === '') {
    throw refused(`${at}.content`, 'a text', token.content)
  }
  checkId(`${at}.id`, token.id)
}

function checkComponent(part: string, at: string, component: unknown): void {
  if (component == null) return
  const { type, ...settings } = recordOf(at, component)
  const types = components[part]
  if (typeof type !== 'string' || !Object.hasOwn(types, type)) {
    throw refused(`${at}.type`, `one of ${Object.keys(types).join(', ')}`, type)
  }
  onlyKnown(`${at}.`, settings, types[type])
  if (type === 'Sequence') {
    const inner = settings[sequences[part]]
    if (!Array.isArray(inner)) throw refused(`${at}.${sequences[part]}`, 'a list', inner)
    for (const [i, one] of inner.entries())
      checkComponent(part, `${at}.${sequences[part]}[${i}]`, one ?? undefined)
  }
  if ('pattern' in settings) checkPattern(at, type, settings)
  if (type === 'Punctuation')
    oneOf(`${at}.behavior`, settings.behavior ?? 'Isolated', ['Isolated', 'Removed'])
}

/** What the library makes of a pattern is what Hugging Face does only where matches are kept apart, or left out. */
function checkPattern(at: string, type: string, { pattern, behavior, invert }: Fields): void {
  const { String: string, Regex: source } = recordOf(`${at}.pattern`, pattern)
  if (typeof (string ?? source) !== 'string') throw refused(`${at}.pattern`, 'of String or Regex', pattern)
  if (type !== 'Split') return
  oneOf(`${at}.behavior`, behavior, ['Isolated', 'Removed'])
  if (invert === true) oneOf(`${at}.behavior, inverted,`, behavior, ['Removed'])
}

function checkModel(model: Component, ofBytes: boolean): void {
  const { type, vocab, unk_token: unknown } = model
  if (type === 'Unigram') {
    if (!Array.isArray(vocab) || vocab.length === 0) throw refused('model.vocab', 'a list of pieces', vocab)
    for (const [i, entry] of vocab.entries()) {
      const isPiece = Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1])
      if (!isPiece) throw refused(`model.vocab[${i}]`, 'a piece and its score', entry)
    }
    if (model.unk_id == null) return
    if (!(Number.isInteger(model.unk_id) && (model.unk_id as number) in vocab)) {
      throw refused('model.unk_id', `from 0 to ${vocab.length - 1}`, model.unk_id)
    }
    return
  }
  const ids = recordOf('model.vocab', vocab)
  for (const [token, id] of Object.entries(ids)) checkId(`model.vocab["${token}"]`, id)
  if (type === 'BPE' && !Array.isArray(model.merges)) throw refused('model.merges', 'a list', model.merges)
  // Bytes are all known; what else is not would be lost.
  const needed = type !== 'BPE' || unknown != null || !(ofBytes || model.byte_fallback === true)
  if (needed && !(typeof unknown === 'string' && Object.hasOwn(ids, unknown))) {
    throw refused('model.unk_token', 'a token of the vocabulary', unknown)
  }
}

/** A switch that is not known, and is on. */
function onlyKnown(before: string, fields: Fields, known: readonly string[]): void {
  for (const [name, value] of Object.entries(fields)) {
    if (known.includes(name) || value === false || value === null || value === '') continue
    throw refused(`${before}${name}`, 'absent: it is not known here', value)
  }
}

function oneOf(at: string, value: unknown, choices: readonly string[]): void {
  if (!choices.includes(value as string)) throw refused(at, choices.join(' or '), value)
}

/** Ids that float32 holds, as the tables of embeddings need. */
function checkId(at: string, id: unknown): void {
  if (!(Number.isInteger(id) && Number(id) >= 0 && Number(id) < 2 ** 24)) {
    throw refused(at, 'an id from 0 to 2²⁴ − 1', id)
  }
}

function recordOf(at: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw refused(at, 'an object', value)
}

function refused(at: string, expected: string, value: unknown): ChiaroError {
  const got = JSON.stringify(value) ?? 'none'
  return brokenTokenizer(`${at} must be ${expected}, got ${got.length > 60 ? `${got.slice(0, 60)}…` : got}`)
}

export function brokenTokenizer(problem: string, cause?: unknown): ChiaroError {
  return new ChiaroError('data', `tokenizer.json: ${problem}`, 'json', { cause })
}
