import type { GraphicsBackend } from '../backend.ts'

/** What Node and a page do in their own ways; the export conditions of `#platform` say which it is. */
export interface Platform {
  /** The backends of graphics cards that need not be given. */
  readonly graphics: readonly GraphicsBackend[]
  /** V8's version, where its flags can be set. */
  readonly v8?: string
  setFlag(flag: string): Promise<void>
}
