export type { HostArray, NumberArray } from './arrays/array.ts'
export { type DecodeIdxOptions, decodeIdx, type IdxArray } from './arrays/decode-idx.ts'
export { type DecodeNpyOptions, decodeNpy } from './arrays/decode-npy.ts'
export { type DecodeNpzOptions, decodeNpz } from './arrays/decode-npz.ts'
export { encodeNpy } from './arrays/encode-npy.ts'
export { type Batch, type BatchesOptions, type BatchPosition, batches, batchPosition } from './batches.ts'
export { describeOthers, extensionCounts } from './extension-counts.ts'
export { type HostImages, type ImageShape, toImageTensor } from './image-tensor.ts'
export { type PrefetchOptions, prefetch } from './prefetch.ts'
export type {
  CategoricalColumn,
  ColumnTable,
  LeftOutColumn,
  NumericColumn,
  TableColumn,
} from './table/column-table.ts'

export { type ColumnDescription, describeColumns } from './table/describe-columns.ts'
export { decodeTable, type EncodedTable, encodeTable } from './table/encode-table.ts'
export { type FitTableEncodingOptions, fitTableEncoding } from './table/fit-table-encoding.ts'
export {
  type CategoricalEncoding,
  type ColumnBlock,
  type ColumnEncoding,
  type ConstantEncoding,
  type NumericEncoding,
  type TableEncoding,
  type TableLayout,
  tableLayout,
} from './table/table-encoding.ts'
export {
  type TableFromRecordsOptions,
  type TableRecord,
  tableFromRecords,
  tableFromRows,
} from './table/table-from-records.ts'
export { type RowTensors, tensorBatches } from './tensor-batches.ts'
export {
  type BytePairFiles,
  type BytePairTokenizer,
  type BytePairTokenizerOptions,
  type BytePairTokenizerSpec,
  bytePairTokenizer,
} from './text/byte-pair-tokenizer.ts'
export { createTokenizer, type TokenizerSpec } from './text/create-tokenizer.ts'
export {
  type HuggingFaceTokenizerOptions,
  type HuggingFaceTokenizerSpec,
  huggingFaceTokenizer,
} from './text/hugging-face-tokenizer.ts'
export {
  type InverseDocumentFrequencyOptions,
  inverseDocumentFrequency,
} from './text/inverse-document-frequency.ts'
export {
  type NgramTokenizerOptions,
  type NgramTokenizerSpec,
  ngramTokenizer,
} from './text/ngram-tokenizer.ts'
export { toTokenTensor } from './text/token-tensor.ts'
export {
  type HostTokens,
  type TokenizeOptions,
  tokenizeBatch,
  tokenizeTexts,
} from './text/tokenize-batch.ts'
export type { Encoding, SpecifiedTokenizer, Tokenizer } from './text/tokenizer.ts'
export { type WeighTextsOptions, type WeightedTokens, weighTexts } from './text/weigh-texts.ts'
export {
  buildVocabulary,
  type VocabularyOptions,
  type WordTokenizerOptions,
  type WordTokenizerSpec,
  wordTokenizer,
} from './text/word-tokenizer.ts'
