import { type BadPicture, type BadPictureOptions, badPicture } from '../bad-pictures.ts'
import { dataError, reasonOf } from '../data-error.ts'
import { pictureExtensions } from './picture-formats.ts'
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
  /** Of the .cls member: the number of its class, or the name, where it has letters. */
  readonly label?: number
  readonly className?: string
}

/** With onBad a sample is left out that lacks its picture, or has text, JSON or a class that is none. */
export interface ShardSampleOptions extends BadPictureOptions {
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

type Field = 'image' | 'text' | 'json' | 'label'

const fieldOf: ReadonlyMap<string, Field> = new Map([
  ...pictureExtensions.map(extension => [extension.slice(1), 'image'] as const),
  ['txt', 'text'],
  ['json', 'json'],
  ['cls', 'label'],
])

/** A sample in the making. */
interface OpenSample {
  readonly key: string
  readonly offset: number
  end: number
  /** What its members are named behind the key. */
  readonly members: string[]
  readonly fields: Map<Field, object>
  /** What is wrong with one of them. */
  bad?: BadPicture
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
  { largestMember = defaultLargestMember, requireImage = true, onBad }: ShardSampleOptions,
): AsyncGenerator<PlacedSample, void, undefined> {
  // The fields that each key has had: members of one sample that are apart must not become two.
  const had = new Map<string, readonly Field[]>()
  const orTell = (sample: OpenSample, offset: number, error: unknown) => {
    if (onBad === undefined) throw error
    sample.bad ??= badPicture(where, { picture: sample.key, file, offset }, error)
  }
  const closed = (sample: OpenSample): PlacedSample[] => {
    const { key, offset, end, members, fields } = sample
    const before = had.get(key)
    const now = [...fields.keys()]
    if (before !== undefined && before.length > 0 && !now.some(field => before.includes(field))) {
      const problem = `${key} must have its members side by side, got ${shown(members)} apart from the others`
      throw dataError(where, { file, offset }, `${problem}: ${packAnew}`)
    }
    had.set(key, now)
    if (requireImage && !fields.has('image')) {
      orTell(sample, offset, dataError(where, { file, offset }, lackOfPicture(key, members)))
    }
    if (sample.bad !== undefined) onBad?.(sample.bad)
    else return [{ sample: { key, file, offset, ...Object.assign({}, ...fields.values()) }, end }]
    return []
  }
  const wanted = (name: string) => fieldOf.has(splitName(name)?.extension ?? '')
  let open: OpenSample | undefined
  for await (const member of tarMembers(where, file, { start, largestMember, wanted })) {
    const { name, start: offset, end, bytes } = member
    const split = splitName(name)
    if (split === undefined) continue
    const { key, extension } = split
    if (open !== undefined && open.key !== key) {
      yield* closed(open)
      open = undefined
    }
    open ??= { key, offset, end, members: [], fields: new Map() }
    open.end = end
    open.members.push(extension)
    const field = fieldOf.get(extension)
    if (field === undefined || bytes === undefined) continue
    try {
      const origin = { file, offset }
      if (open.fields.has(field)) {
        throw dataError(where, origin, `${key} must have one ${field}, got ${name} as a second`)
      }
      // What is broken was there all the same.
      open.fields.set(field, {})
      open.fields.set(field, parseMember(where, origin, name, field, bytes))
    } catch (error) {
      orTell(open, offset, error)
    }
  }
  if (open !== undefined) yield* closed(open)
}

const packAnew = 'pack the shard anew with sorted names (tar --sort=name)'

const shown = (members: readonly string[]) => members.map(member => `.${member}`).join(', ')

/** What a sample has in place of a picture, and what to do. */
function lackOfPicture(key: string, members: readonly string[]): string {
  const lack = `${key} must have a picture, got ${shown(members)} only`
  const dotted = members.find(member => fieldOf.get(member.replace(/^.*\./s, '')) === 'image')
  if (dotted === undefined) return `${lack}; where its picture is in another place of the shard, ${packAnew}`
  const name = `${key}.${dotted}`
  const better = name.replace(/\.(?=[^/]*\.[^./]*$)/g, '_')
  return `${lack}; a key ends at its first dot: ${name} must be named ${key}.${dotted.replace(/^.*\./s, '')} or ${better}`
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
  field: Field,
  bytes: Uint8Array,
): Partial<ShardSample> {
  if (field === 'image') return { image: bytes }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (field === 'text') return { text }
    if (field === 'json') return { json: JSON.parse(text) }
    if (/^\s*\d{1,15}\s*$/.test(text)) return { label: Number(text) }
    if (/^\s*[^\n]*\p{L}[^\n]*\s*$/u.test(text)) return { className: text.trim() }
    throw new Error(JSON.stringify(text.slice(0, 40)))
  } catch (cause) {
    const expected = { text: 'UTF-8 text', json: 'JSON', label: 'a class number, 0 or more, or name' }[field]
    throw dataError(where, origin, `${name} must be ${expected}, got ${reasonOf(cause)}`, { cause })
  }
}
