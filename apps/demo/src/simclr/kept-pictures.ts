import { decodeIdx } from '@chiaro/data'
import type { ReadRun } from '@chiaro/train'
import { cannotOpen } from '../shell/run-file.ts'
import { encodeIdx } from './idx.ts'
import type { NamedPictures } from './pictures.ts'
import type { Settings } from './settings.ts'

/** What `run.json` keeps beside what the task is told, under `demo`. */
interface Kept extends Pick<NamedPictures, 'names' | 'classes'> {
  readonly source: Settings['source']
}

/**
 * Pictures beside a run: unpacked, `chiaro embed`, `chiaro evaluate` and, from where the folder lies, `chiaro resume` take
 * them.
 */
export function keepPictures(
  { data, shape, names, classes, labels }: NamedPictures,
  source: Settings['source'],
) {
  return {
    config: { source: { kind: 'idx', file: 'run/pictures.idx' }, demo: { source, names, classes } },
    beside: {
      'pictures.idx': encodeIdx(data, shape),
      ...(labels && { 'labels.idx': encodeIdx(Uint8Array.from(labels), [labels.length]) }),
    },
  }
}

/** What `keepPictures` kept; nothing where the command trained. @throws ChiaroError ('run') in words */
export function keptPictures({
  info,
  beside,
}: Pick<ReadRun, 'info' | 'beside'>):
  | { readonly source: Settings['source']; readonly pictures: NamedPictures }
  | undefined {
  const kept = info.config.demo as Kept | undefined
  if (kept === undefined) return undefined
  const { source, names, classes } = kept
  const { 'pictures.idx': bytes, 'labels.idx': labels } = beside
  if (bytes === undefined) throw cannotOpen('it has no pictures.idx')
  const { shape, values } = decodeIdx(bytes)
  if (!(values instanceof Uint8Array) || shape.length !== 4) throw cannotOpen('its pictures are damaged')
  const [count, height, width, channels] = shape
  const known = labels ? { labels: Int32Array.from(decodeIdx(labels).values), classes } : {}
  return { source, pictures: { data: values, shape: [count, height, width, channels], names, ...known } }
}
