import { dataError, reasonOf } from '../data-error.ts'
import { tarMembers } from './tar-members.ts'

/** A sample of a shard: the members that share a key. */
export interface ShardSample {
  /** The members' common name: their path up to the first dot of the last part. */
  readonly key: string
  /** The shard, and where the sample's first member begins in it, unpacked. */
  readonly file: string
  readonly offset: number
  /** The picture's bytes, as its file has them: what `decodeImage` takes. */
  readonly image?: Uint8Array
  /** Of the .txt member. */
  readonly text?: string
  /** Of the .json member. */
  readonly json?: unknown
  /** Of the .cls member. */
  readonly label?: number
}

export interface ShardSampleOptions {
  /** A member of more bytes is refused. Default 2²⁶ (64 MiB). */
  readonly largestMember?: number
  /** Whether a sample without a picture is an error. Default true. */
  readonly requireImage?: boolean
}

/** A sample, and where what follows it begins. */
export interface PlacedSample {
  readonly sample: ShardSample
  readonly end: number
}

export const defaultLargestMember = 2 ** 26

const fieldOf: Readonly<Record<string, 'image' | 'text' | 'json' | 'label'>> = {
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  webp: 'image',
  txt: 'text',
  json: 'json',
  cls: 'label',
}

/**
 * The samples of one WebDataset shard from byte `start` on: neighbouring members of the same key. Members that are
 * neither picture, .txt, .json nor .cls are passed over.
 *
 * @see https://github.com/webdataset/webdataset#the-webdataset-format
 */
export async function* shardSamples(
  where: string,
  file: string,
  start: number,
  { largestMember = defaultLargestMember, requireImage = true }: ShardSampleOptions,
): AsyncGenerator<PlacedSample, void, undefined> {
  let open: { key: string; offset: number; end: number; fields: Map<string, unknown> } | undefined
  const closed = ({ key, offset, end, fields }: NonNullable<typeof open>): PlacedSample => {
    if (requireImage && !fields.has('image')) {
      throw dataError(
        where,
        { file, offset },
        `${key} must have a picture (.png, .jpg, .jpeg, .webp), got none`,
      )
    }
    return { sample: { key, file, offset, ...Object.fromEntries(fields) }, end }
  }
  const wanted = (name: string) => fieldOf[splitName(name)?.extension ?? ''] !== undefined
  for await (const { name, start: at, end, bytes } of tarMembers(where, file, {
    start,
    largestMember,
    wanted,
  })) {
    const split = splitName(name)
    if (split === undefined) continue
    const { key, extension } = split
    if (open !== undefined && open.key !== key) {
      yield closed(open)
      open = undefined
    }
    open ??= { key, offset: at, end, fields: new Map() }
    open.end = end
    const field = fieldOf[extension]
    if (field === undefined || bytes === undefined) continue
    const origin = { file, offset: at }
    if (open.fields.has(field)) {
      throw dataError(where, origin, `${key} must have one ${field}, got ${name} as a second`)
    }
    open.fields.set(field, parseMember(where, origin, name, field, bytes))
  }
  if (open !== undefined) yield closed(open)
}

/** "a/b.c/d.seg.png" is the member seg.png of a/b.c/d; what has no extension or no name before it is of no sample. */
function splitName(name: string): { key: string; extension: string } | undefined {
  const found = name.match(/^(?:\.\/)?((?:[^/]*\/)*[^/.]+)\.([^/]+)$/)
  return found === null ? undefined : { key: found[1], extension: found[2].toLowerCase() }
}

function parseMember(
  where: string,
  origin: { file: string; offset: number },
  name: string,
  field: 'image' | 'text' | 'json' | 'label',
  bytes: Uint8Array,
): unknown {
  if (field === 'image') return bytes
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (field === 'text') return text
    if (field === 'json') return JSON.parse(text)
    if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text)
    throw new Error(JSON.stringify(text.slice(0, 40)))
  } catch (cause) {
    const expected = { text: 'UTF-8 text', json: 'JSON', label: 'a class number, 0 or more' }[field]
    throw dataError(where, origin, `${name} must be ${expected}, got ${reasonOf(cause)}`, { cause })
  }
}
