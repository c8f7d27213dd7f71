import { type BackendName, backendReport, useBackend } from '@chiaro/backend'
import { webgl } from '@chiaro/backend/webgl'
import { webgpu } from '@chiaro/backend/webgpu'
import type { BackendWish } from './chosen-backend.ts'

/** The page keeps a core for itself. */
const threads = () => Math.max(1, Math.min(8, navigator.hardwareConcurrency - 1))

export interface StartedBackend {
  readonly name: BackendName
  /** What computes, for people: "wasm, 3 threads". */
  readonly words: string
  /** Where it was left to Chiaro, why not those it would rather take: "not webgpu: this browser offers no WebGPU". */
  readonly why: string
  /** Why this one, and of every other backend why not. */
  readonly considered: readonly { readonly name: BackendName; readonly reason: string }[]
}

/** In a worker: makes a backend ready to train. @throws what `useBackend` throws where it can't be used */
export async function startBackend(wish: BackendWish): Promise<StartedBackend> {
  const shared = self.crossOriginIsolated ? threads() : 1
  const { chosen, considered } = await useBackend(wish, { graphics: [webgpu, webgl], threads: shared })
  const better = considered.slice(
    0,
    considered.findIndex(({ chosen }) => chosen),
  )
  const why = wish === 'auto' ? better.map(({ name, reason }) => `not ${name}: ${reason}`).join('; ') : ''
  if (chosen !== 'wasm') return { name: chosen, words: chosen, why, considered }
  const count = (await backendReport()).wasm?.threads ?? 1
  return { name: chosen, words: `wasm, ${count === 1 ? 'one thread' : `${count} threads`}`, why, considered }
}
