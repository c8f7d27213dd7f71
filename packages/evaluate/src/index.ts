export {
  type BothDirections,
  type BothDirectionsOptions,
  type BothDirectionsResult,
  bothDirections,
} from './both-directions.ts'
export { chanceOfHit } from './chance.ts'
export type { Relevant } from './relevant.ts'
export {
  type Recalls,
  type RetrievalOptions,
  type RetrievalResult,
  retrievalRecall,
} from './retrieval-recall.ts'
export { type ZeroShotResult, zeroShot } from './zero-shot.ts'
