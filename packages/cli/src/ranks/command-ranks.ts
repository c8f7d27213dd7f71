import { type Communicator, isFailureElsewhere } from '@chiaro/distributed'
import { defaultPatience, endAllRanks, type Launcher, openCommunicator } from '@chiaro/distributed/node'
import { type Explanation, exitCode, explain } from '../exit-code.ts'
import { endingOfAll, ofRank } from './ending-of-all.ts'

/** The ranks of a command that a launcher has started several times. */
export interface CommandRanks {
  /** Opens them. Whoever has no more to do with the others closes what this gives; else `end` does. */
  open(patience: number): Communicator
  /**
   * Ends the command, as all ranks agree on as long as they are open: rank 0 says what is to be said, and each has the same
   * code.
   *
   * @param own how it would end on this rank; undefined where its work is done
   */
  end(own: Explanation | undefined, say: (line: string) => void): Promise<number>
}

/** Milliseconds that rank 0, to which the same may have happened, has to say it and end all. */
const firstWord = 1000

/** @param connect what opens them; a test may give another */
export function commandRanks(launcher: Launcher, connect = openCommunicator): CommandRanks {
  let state: 'unopened' | 'apart' | 'open' | 'closed' = 'unopened'
  let communicator: Communicator | undefined
  const open: CommandRanks['open'] = patience => {
    state = 'apart'
    const opened = connect({ patience })
    state = 'open'
    const close = () => {
      opened.close()
      state = 'closed'
    }
    communicator = { ...opened, close }
    return communicator
  }
  return {
    open,
    async end(own, say) {
      const said = ({ code, lines }: Explanation) => {
        for (const line of lines) say(line)
        return code
      }
      if (state === 'unopened' && own !== undefined) {
        try {
          open(defaultPatience)
        } catch {
          // What is wrong with the command line comes first.
        }
      }
      if (state === 'apart' && own !== undefined) {
        // There is no way to ask whether rank 0 says the same.
        if (launcher.rank > 0) await new Promise(resolve => setTimeout(resolve, firstWord))
        const code = said(launcher.rank === 0 ? own : ofRank(own, launcher))
        endAllRanks(code)
        return code
      }
      if (state === 'open' && communicator !== undefined) {
        try {
          return agreed(communicator, own, said)
        } catch (error) {
          return said(ofRank(own ?? explain(error, {}), launcher))
        }
      }
      return own === undefined ? exitCode.ok : said(own)
    },
  }
}

function agreed(
  ranks: Communicator,
  own: Explanation | undefined,
  said: (end: Explanation) => number,
): number {
  if (own === undefined) {
    try {
      ranks.close()
      return exitCode.ok
    } catch (error) {
      if (!isFailureElsewhere(error)) throw error
    }
  }
  const all = ranks.fail(own === undefined || own.elsewhere ? '' : JSON.stringify(own))
  const { code, lines } = endingOfAll(
    all.map(one => (one === '' ? undefined : (JSON.parse(one) as Explanation))),
  )
  // Before any rank ends: a launcher may end the others as soon as one does.
  if (ranks.rank === 0) said({ code, lines })
  ranks.close()
  return code
}
