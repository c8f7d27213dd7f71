// Stands in for a download: a WordPiece tokenizer as Hugging Face writes it, and questions with their answers.
import { mkdirSync, writeFileSync } from 'node:fs'

const things = [
  'pump',
  'valve',
  'motor',
  'belt',
  'fan',
  'lamp',
  'door',
  'lock',
  'filter',
  'switch',
  'cable',
  'gauge',
]
const faults = { leak: 'seal', noise: 'bearing', heat: 'cooler', rust: 'paint', crack: 'weld' }
const pairs = things.flatMap(thing =>
  Object.entries(faults).map(([fault, remedy]) => ({
    question: `what shall I do about the ${thing}'s ${fault}?`,
    answer: `look at the ${remedy} of every ${thing}s, then renew it.`,
  })),
)
const words = new Set(
  pairs.flatMap(({ question, answer }) => `${question} ${answer}`.toLowerCase().match(/\p{L}+|[^\p{L}\s]/gu)),
)
for (const thing of things) words.delete(`${thing}s`) // a thing and its ending: two pieces
const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...words, '##s']
const special = ['[CLS]', '[SEP]']
mkdirSync('made', { recursive: true })
writeFileSync(
  'made/tokenizer.json',
  JSON.stringify({
    version: '1.0',
    added_tokens: tokens.slice(0, 4).map((content, id) => ({ id, content, special: true })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: Object.fromEntries(
        special.map(token => [token, { id: token, ids: [tokens.indexOf(token)], tokens: [token] }]),
      ),
    },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  }),
)
writeFileSync('made/pairs.json', JSON.stringify(pairs))
