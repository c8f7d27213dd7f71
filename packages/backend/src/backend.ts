import type { OwnReports } from './backend-report.ts'
import type { UseBackendOptions } from './use-backend.ts'

export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu'

/** How a tfjs backend is loaded, started and asked; a step that it does not need is left out. */
export interface Backend<Name extends BackendName = BackendName> {
  readonly name: Name
  /** What a user installs, with the version that fits this tfjs-core. */
  readonly install: string
  /** Imports it, which registers the backend, our kernels and what they mend. Written out, so that a bundler sees it. */
  load(): Promise<unknown>
  /** Why 'auto' passes it over before it is even loaded; undefined when nothing speaks against it. */
  objection?(): Promise<string | undefined>
  /** Tells the loaded backend what it must know before it starts. */
  prepare?(options: UseBackendOptions): Promise<void>
  /** Tries it once it is the current one, before its gradient is; why it won't do, or undefined. */
  probe?(): string | undefined
  /** What `backendReport` says of it alone. */
  report?(): Promise<OwnReports>
}

/** A backend of the graphics card, which a page gives to `useBackend`: `webgpu` or `webgl` of the entry of its name. */
export type GraphicsBackend = Backend<'webgpu' | 'webgl'>
