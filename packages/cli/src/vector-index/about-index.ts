import { ChiaroError } from '@chiaro/core'
import type { IndexFile } from '@chiaro/data/node'
import type { MeanOfQueries } from '@chiaro/evaluate'
import type { IndexedFile } from './index-files.ts'
import type { Effort } from './search-vectors.ts'

/** What `chiaro index` keeps with an index. */
export interface AboutIndex {
  readonly effort: Effort
  /** Of queries that were held out, and not those that the effort was chosen by. */
  readonly recall: MeanOfQueries & { readonly top: number; readonly queries: number; readonly seed: number }
  /** `runIdentity` of the run that made the embeddings, where it is known. */
  readonly run?: string
  readonly files: readonly Pick<IndexedFile, 'name' | 'digest' | 'rows'>[]
}

/** What an index says of itself. @throws ChiaroError ('data') for one that a program made */
export function aboutIndex(where: string, folder: string, { about }: Pick<IndexFile, 'about'>): AboutIndex {
  const { effort, files } = about as Partial<AboutIndex>
  if (Number.isInteger(effort?.probes) && Number.isInteger(effort?.factor) && Array.isArray(files)) {
    return about as unknown as AboutIndex
  }
  throw new ChiaroError(
    'data',
    `${where}: ${folder} must be an index that chiaro index made, got another`,
    '--index',
  )
}
