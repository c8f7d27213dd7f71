import type { Checkpoint } from '@chiaro/train'
import { decodeRunFolder, encodeRunFolder } from '../shell/run-folder.ts'
import { type RunConfig, settingsOf } from './config.ts'
import type { Settings } from './settings.ts'

/** What a run file holds; the pictures are the page's own. */
export interface SavedRun {
  readonly settings: Settings
  readonly config: RunConfig
  readonly checkpoint: Checkpoint
}

const task = 'clip'

/** A run as a ZIP of the folder that `chiaro train clip` would have written: unpacked, `chiaro search` and `chiaro embed` take it. */
export function encodeRun({ settings, config, checkpoint }: SavedRun): Promise<Uint8Array> {
  const source = { pairs: 'the CLIP lab’s emoji', images: '', imageColumn: 'image', textColumn: 'text' }
  return encodeRunFolder({ task, config: { ...config, source }, seed: settings.seed, checkpoint })
}

/**
 * Reads what `encodeRun` wrote, or a run folder of `chiaro train clip` that was packed as a ZIP, for pictures of `side` pixels.
 *
 * @throws ChiaroError ('run') in words for the page
 */
export function decodeRun(bytes: Uint8Array, side: number): SavedRun {
  const { config: told, seed, checkpoint } = decodeRunFolder(bytes, task, 'CLIP')
  const { source: _, ...config } = told as RunConfig & { readonly source?: object }
  return { settings: settingsOf(config, seed, side), config, checkpoint }
}
