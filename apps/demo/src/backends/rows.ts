import type { BackendName } from '@chiaro/backend'
import type { Measurement } from './messages.ts'

export type { BackendName }

/** In the order in which a browser tries them. */
export const backendNames: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu']

/** What is known of a backend. */
export type Row =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'measuring'; readonly what: string }
  | { readonly kind: 'measured'; readonly measurement: Measurement; readonly words: string }
  | { readonly kind: 'failed'; readonly reason: string }
