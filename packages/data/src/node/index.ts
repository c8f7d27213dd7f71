export { type ListedImage, type ListImagesOptions, listImages } from './list-images.ts'
export { type Pair, type ReadPairsOptions, readPairs } from './read-pairs.ts'
export { type PairRow, type WritePairsOptions, writePairs } from './write-pairs.ts'
