import { decodeIdx } from '@chiaro/data'
import type { Checkpoint } from '@chiaro/train'
import { cannotOpen, decodeRunFolder, encodeRunFolder, runFolder } from '../shell/run-folder.ts'
import { type RunConfig, settingsOf } from './config.ts'
import { encodeIdx } from './idx.ts'
import type { Pictures } from './pictures.ts'
import type { Settings } from './settings.ts'

/** What a run file holds; pictures only if the page wrote it. */
export interface SavedRun {
  readonly settings: Settings
  readonly config: RunConfig
  readonly checkpoint: Checkpoint
  readonly pictures?: Pictures
}

const task = 'simclr'

/**
 * A run as a ZIP of the folder that `chiaro train simclr` would have written, with its pictures beside: unpacked,
 * `chiaro embed`, `chiaro evaluate` and, from where the folder lies, `chiaro resume` take it. `config.demo` has what the page
 * knows besides.
 */
export async function encodeRun(run: SavedRun & { readonly pictures: Pictures }): Promise<Uint8Array> {
  const { settings, config, checkpoint, pictures } = run
  const { names, classes, labels } = pictures
  const told = {
    ...config,
    source: { kind: 'idx', file: `${runFolder}/pictures.idx` },
    demo: { source: settings.source, names, classes },
  }
  return encodeRunFolder(
    { task, config: told, seed: settings.seed, checkpoint },
    {
      'pictures.idx': encodeIdx(pictures.data, pictures.shape),
      ...(labels && { 'labels.idx': encodeIdx(Uint8Array.from(labels), [labels.length]) }),
    },
  )
}

/**
 * Reads what `encodeRun` wrote, or a run folder of `chiaro train simclr` that was packed as a ZIP.
 *
 * @throws ChiaroError ('run') in words for the page
 */
export function decodeRun(bytes: Uint8Array): SavedRun {
  const { config: told, seed, checkpoint, file } = decodeRunFolder(bytes, task, 'SimCLR')
  const { demo, shape, encoder, head, training } = told as RunConfig & { readonly demo?: Demo }
  const config = { shape, encoder, head, training }
  return {
    settings: settingsOf(config, seed, demo?.source ?? 'shapes'),
    config,
    pictures: demo && storedPictures(file('pictures.idx'), file('labels.idx'), demo),
    checkpoint,
  }
}

interface Demo extends Pick<Pictures, 'names' | 'classes'> {
  readonly source: Settings['source']
}

function storedPictures(
  bytes: Uint8Array | undefined,
  labels: Uint8Array | undefined,
  { names, classes }: Demo,
): Pictures {
  if (bytes === undefined) throw cannotOpen('it has no pictures.idx')
  const { shape, values } = decodeIdx(bytes)
  if (!(values instanceof Uint8Array) || shape.length !== 4) throw cannotOpen('its pictures are damaged')
  const [count, height, width, channels] = shape
  const known = labels ? { labels: Int32Array.from(decodeIdx(labels).values), classes } : {}
  return { data: values, shape: [count, height, width, channels], names, ...known }
}
