import { decodeIdx } from '@chiaro/data'
import type { ReadRun } from '@chiaro/train'
import { cannotOpen } from '../shell/run-file.ts'
import { encodeIdx } from './idx.ts'
import type { NamedPictures } from './pictures.ts'
import { fields, type Settings } from './settings.ts'

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
  const { 'pictures.idx': bytes, 'labels.idx': labelBytes } = beside
  if (!Object.hasOwn(fields.choices.source, source)) {
    throw cannotOpen(`its run.json: demo.source must be a set of this page, got ${JSON.stringify(source)}`)
  }
  if (bytes === undefined) throw cannotOpen('it has no pictures.idx')
  const { shape, values } = decodeIdx(bytes, { name: 'pictures.idx' })
  if (!(values instanceof Uint8Array) || shape.length !== 4) throw cannotOpen('its pictures are damaged')
  const [count, height, width, channels] = shape
  if (!areTexts(names, count))
    throw cannotOpen(`its run.json: demo.names must have a name for each of ${count} pictures`)
  const pictures = { data: values, shape: [count, height, width, channels] as const, names }
  if (labelBytes === undefined) return { source, pictures }
  const labels = Int32Array.from(decodeIdx(labelBytes, { name: 'labels.idx' }).values)
  if (!areTexts(classes) || labels.length !== count || labels.some(label => !(label in classes))) {
    throw cannotOpen('its labels.idx must have a class of run.json for each picture')
  }
  return { source, pictures: { ...pictures, labels, classes } }
}

const areTexts = (value: unknown, count?: number): value is readonly string[] =>
  Array.isArray(value) &&
  (count === undefined || value.length === count) &&
  value.every(text => typeof text === 'string')
