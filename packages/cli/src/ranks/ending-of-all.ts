import type { Explanation } from '../exit-code.ts'

/**
 * How all ranks end, from what each has said: with the code of the first that has one of its own, and each different
 * sentence once, with the rank's name unless rank 0 says it too.
 *
 * @param said in the order of ranks; undefined where one ends because of another. One at least has something to say
 */
export function endingOfAll(said: readonly (Explanation | undefined)[]): Explanation {
  const first = said.find(one => one !== undefined)
  if (first === undefined) throw new Error('endingOfAll: a rank must say why it ends, got none that does')
  const texts = said.map(one => one?.lines.join('\n'))
  const lines = said.flatMap((one, rank) => {
    if (one === undefined || texts.indexOf(texts[rank]) < rank) return []
    // Told to stop, each says the same of the run, whichever has heard it.
    if (rank === 0 || one.stopped) return one.lines
    const others = texts.filter(text => text === texts[rank]).length - 1
    return ofRank(one, { rank, others }).lines
  })
  return { code: first.code, lines }
}

/** The same with the rank's name before it. */
export function ofRank(
  { code, lines }: Explanation,
  { rank, others = 0 }: { readonly rank: number; readonly others?: number },
): Explanation {
  const name = others === 0 ? `rank ${rank}` : `rank ${rank} and ${others} more`
  const [first = '', ...rest] = lines
  return { code, lines: [`chiaro: ${name}: ${first.replace(/^chiaro: /, '')}`, ...rest] }
}
