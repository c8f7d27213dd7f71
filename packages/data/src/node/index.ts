export type { IdxArray } from '../arrays/decode-idx.ts'
export { type BadPicture, type BadPictureOptions, describeBad } from '../bad-pictures.ts'
export type { ManyOptions } from '../map-bounded.ts'
export type { ReadColumnsOptions } from '../table/column-reader.ts'
export { type DecodeOptions, decodeImage, type ImageSource } from './decode-image.ts'
export { withEmbeddingBlocks } from './embedding-blocks.ts'
export { type EmbeddingInfo, embeddingInfo } from './embedding-info.ts'
export {
  type Embeddings,
  type ReadEmbeddingsOptions,
  readEmbeddings,
  type WriteEmbeddingsOptions,
  writeEmbeddings,
} from './embeddings.ts'
export { type ImageBatch, type ImageBatchesOptions, imageBatches } from './image-batches.ts'
export { listEmbeddingFiles } from './list-embedding-files.ts'
export {
  type LabelledImages,
  type ListedImage,
  type ListImagesOptions,
  listImages,
  listLabelledImages,
} from './list-images.ts'
export { expandBraces, listShards } from './list-shards.ts'
export { checkImages, type LoadedImages, type LoadImagesOptions, loadImages } from './load-images.ts'
export { type LoadShardImagesOptions, loadShardImages, type ShardPlace } from './load-shard-images.ts'
export { type ModelFilesOptions, modelFiles } from './model-files.ts'
export type { EmbeddingBlock } from './parquet-embeddings.ts'
export {
  holdsPictures,
  loadParquetPictures,
  type ParquetPicture,
  type ParquetPictures,
  type ParquetPicturesOptions,
} from './parquet-pictures.ts'
export type { PictureCache, PictureCacheOption } from './picture-cache.ts'
export { readColumns } from './read-columns.ts'
export { type ReadIdxOptions, readIdx } from './read-idx.ts'
export { type ReadNpzOptions, readNpy, readNpz, writeNpy } from './read-npy.ts'
export { type Pair, type ReadPairsOptions, readPairs } from './read-pairs.ts'
export { type ReadSample, type ReadShardsOptions, readShards, type ShardPosition } from './read-shards.ts'
export { type ReadText, type ReadTextsOptions, readTexts } from './read-texts.ts'
export { type ShardBatch, type ShardBatchesOptions, shardBatches } from './shard-batches.ts'
export { jsonField, shardCaptions } from './shard-captions.ts'
export type { ShardSample, ShardSampleOptions } from './shard-samples.ts'
export { type CreateVectorIndexOptions, createVectorIndex } from './vector-index/create-vector-index.ts'
export type { IndexFile } from './vector-index/index-file.ts'
export { addToVectorIndex, withVectorIndex } from './vector-index/open-vector-index.ts'
export type { VectorIndex } from './vector-index/vector-index.ts'
export { type WriteEmbeddingBlocksOptions, writeEmbeddingBlocks } from './write-embedding-blocks.ts'
export { replaceFile } from './write-file.ts'
export { type PairRow, type WritePairsOptions, writePairs } from './write-pairs.ts'
export { type WriteTableOptions, writeTable } from './write-table.ts'
