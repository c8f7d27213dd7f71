import { stat } from 'node:fs/promises'
import { rangeError } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import { unreadable } from './read-file.ts'

/** A pattern that gives more names than this is a typing error. */
const mostNames = 2 ** 20

/**
 * The names a pattern with braces stands for, as a shell would expand it: `{000..009}` counts with the zeros it
 * is written with, `{train,extra}` lists, several braces give every combination, the last running fastest. Braces do
 * not nest.
 *
 * @throws RangeError for a brace that is not closed, empty or neither range nor list, for a range that counts down, and
 *   for more than 2²⁰ names
 *
 * @example
 * ```ts
 * import { expandBraces } from '@chiaro/data/node'
 *
 * console.log(expandBraces('{train,extra}-{08..10}.tar')) // six names, with the zeros
 * ```
 */
export function expandBraces(pattern: string): string[] {
  const fail = (got: string) =>
    rangeError('expandBraces', 'pattern', 'braces such as {000..009} or {a,b}, closed and not nested', got)
  let names = ['']
  const parts = pattern.split(/(\{[^{}]*\})/)
  for (const part of parts) {
    if (!part.startsWith('{')) {
      if (/[{}]/.test(part)) throw fail(pattern)
      names = names.map(name => name + part)
      continue
    }
    const choices = choicesOf(part.slice(1, -1))
    if (choices === undefined) throw fail(part)
    if (names.length * choices.length > mostNames) {
      throw rangeError('expandBraces', 'pattern', `at most ${mostNames} names`, pattern)
    }
    names = names.flatMap(name => choices.map(choice => name + choice))
  }
  return names
}

function choicesOf(inside: string): string[] | undefined {
  const range = inside.match(/^(\d{1,15})\.\.(\d{1,15})$/)
  if (range === null) {
    const list = inside.split(',')
    return list.length > 1 ? list : undefined
  }
  const [first, last] = [Number(range[1]), Number(range[2])]
  if (last < first || last - first >= mostNames) return undefined
  const padded = [range[1], range[2]].some(text => text.length > 1 && text.startsWith('0'))
  const width = padded ? Math.max(range[1].length, range[2].length) : 0
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(width, '0'))
}

/**
 * The shards a pattern stands for, in its order, each of which must exist: `data/train-{000..009}.tar`.
 *
 * @throws ChiaroError ('data') that names the first file that is not there; RangeError as `expandBraces`
 * @see `readShards` for an example
 */
export async function listShards(pattern: string): Promise<string[]> {
  const files = expandBraces(pattern)
  for (const file of files) {
    const kind = await stat(file).catch(error => {
      throw dataError('listShards', { file }, unreadable(file, error), { cause: error })
    })
    if (kind.isFile()) continue
    throw dataError('listShards', { file }, 'must be a tar file, got a folder or a device')
  }
  return files
}
