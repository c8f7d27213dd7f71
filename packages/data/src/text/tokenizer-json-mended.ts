import type { Component, TokenizerJson } from './tokenizer-json.ts'

/**
 * The same tokenizer in terms that @huggingface/tokenizers 0.2.0 computes as Hugging Face's own library does: there \w and \d
 * are of ASCII alone, runs of punctuation stay together, ▁ splits nothing, a separator given as a string is kept, and a
 * Greek word's last sigma is lower-cased as such.
 */
export function mended({ normalizer, pre_tokenizer, ...rest }: TokenizerJson): TokenizerJson {
  return {
    ...rest,
    normalizer: normalizer && mendedNormalizer(normalizer),
    pre_tokenizer: pre_tokenizer && mendedPreTokenizer(pre_tokenizer),
  }
}

const sigma: Component = { type: 'Replace', pattern: { String: 'Σ' }, content: 'σ' }

function mendedNormalizer(one: Component): Component {
  if (one.type === 'Sequence') {
    return { type: 'Sequence', normalizers: (one.normalizers as Component[]).map(mendedNormalizer) }
  }
  const lowers = one.type === 'Lowercase' || (one.type === 'BertNormalizer' && one.lowercase === true)
  return lowers ? { type: 'Sequence', normalizers: [sigma, one] } : one
}

/** What Hugging Face takes for punctuation. */
const punctuation = '[\\p{P}\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E]'

function mendedPreTokenizer(one: Component): Component {
  switch (one.type) {
    case 'Sequence':
      return { type: 'Sequence', pretokenizers: (one.pretokenizers as Component[]).map(mendedPreTokenizer) }
    case 'Whitespace':
      return { ...split('\\w+|[^\\w\\s]+', 'Removed'), invert: true }
    case 'Punctuation':
      return split(punctuation, one.behavior ?? 'Isolated')
    case 'Digits':
      return split(one.individual_digits === true ? '\\p{N}' : '\\p{N}+', 'Isolated')
    case 'Split': {
      const { String: string, Regex: source } = one.pattern as Readonly<Record<string, string>>
      return { ...split(source ?? escaped(string), one.behavior), invert: one.invert === true }
    }
    case 'Metaspace':
      return mendedMetaspace(one)
    default:
      return one
  }
}

/** Where it splits, every ▁ begins a word. */
function mendedMetaspace({ add_prefix_space: prefix = true, ...one }: Component): Component {
  const scheme = one.prepend_scheme ?? (prefix ? 'always' : 'never')
  const replaced = { ...one, prepend_scheme: scheme }
  if (one.split === false) return replaced
  const mark = escaped((one.replacement ?? '▁') as string)
  return { type: 'Sequence', pretokenizers: [replaced, split(`${mark}[^${mark}]*|[^${mark}]+`, 'Isolated')] }
}

function split(source: string, behavior: unknown): Component {
  return { type: 'Split', pattern: { Regex: withoutCaptures(source) }, behavior, invert: false }
}

/** What is escaped, a class of characters, or the beginning of a group that captures. */
const part = /\\.|\[\^?\]?(?:\\.|\[[^\]]*\]|[^\]\\])*\]|(?<group>\((?:(?!\?)|\?<(?![=!])[^>]*>))/gs

/** A group that captures would bring what it holds back into a split text. */
function withoutCaptures(source: string): string {
  return source.replace(part, (all, group) => (group === undefined ? all : '(?:'))
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
