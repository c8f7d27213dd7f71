import { ChiaroError } from '@chiaro/core'
import { type Communicator, oneRank } from '@chiaro/distributed'
import { expect, test } from 'vitest'
import type { Explanation } from '../exit-code.ts'
import { type CommandRanks, commandRanks } from './command-ranks.ts'

const launcher = (rank: number) => ({ name: 'mpirun', rank, size: 2, libraries: [] })
const bad = { code: 1, lines: ['chiaro: no data'] }

/** A communicator of which is noted what is asked. */
function noted(rank: number, answers: Partial<Communicator> = {}) {
  const asked: string[] = []
  const communicator: Communicator = {
    ...oneRank(),
    ...{ rank, size: 2 },
    close: () => void asked.push('close'),
    ...answers,
    fail(reason) {
      asked.push('fail')
      return answers.fail?.(reason) ?? [reason, reason]
    },
  }
  return { asked, ranks: commandRanks(launcher(rank), () => communicator) }
}

/** How a rank ends, and what it says. */
async function ended(ranks: CommandRanks, own?: Explanation) {
  const lines: string[] = []
  const code = await ranks.end(own, line => void lines.push(line))
  return { code, lines }
}

test('a command that is done lets the others go once, itself or at its end', async () => {
  for (const closesItself of [false, true]) {
    const { asked, ranks } = noted(0)
    const opened = ranks.open(600)
    if (closesItself) opened.close()
    expect(await ended(ranks)).toEqual({ code: 0, lines: [] })
    expect(asked).toEqual(['close'])
  }
})

test('an end after the others were let go is rank 0’s own', async () => {
  const { asked, ranks } = noted(0)
  ranks.open(600).close()
  expect(await ended(ranks, bad)).toEqual(bad)
  expect(asked).toEqual(['close'])
})

test('what all fail with rank 0 says, the others nothing; the code is the same', async () => {
  const [first, second] = [noted(0), noted(1)]
  for (const { ranks } of [first, second]) ranks.open(600)
  expect(await ended(first.ranks, bad)).toEqual(bad)
  expect(await ended(second.ranks, bad)).toEqual({ code: 1, lines: [] })
  expect(second.asked).toEqual(['fail', 'close'])
})

test('it is said before any rank ends', async () => {
  const { asked, ranks } = noted(0)
  ranks.open(600)
  await ranks.end(bad, line => void asked.push(line))
  expect(asked).toEqual(['fail', 'chiaro: no data', 'close'])
})

test('one that is done hears what another fails with', async () => {
  let closed = 0
  const { ranks } = noted(0, {
    close() {
      if (closed++ === 0) throw new ChiaroError('ranks', "close: rank 1 can't go on", 'fail')
    },
    fail: reason => [reason, JSON.stringify(bad)],
  })
  ranks.open(600)
  expect(await ended(ranks)).toEqual({ code: 1, lines: ['chiaro: rank 1: no data'] })
})

test('ranks that can’t be opened are said by each, rank 0 first; a wrong command line opens them', async () => {
  const refuse = () => {
    throw new ChiaroError('ranks', 'koffi is missing')
  }
  const said: string[] = []
  await Promise.all(
    [1, 0].map(async rank => {
      const ranks = commandRanks(launcher(rank), refuse)
      expect(() => ranks.open(600)).toThrow('koffi is missing')
      const code = await ranks.end({ code: 1, lines: ['chiaro: koffi is missing'] }, line => said.push(line))
      expect(code).toBe(1)
    }),
  )
  expect(said).toEqual(['chiaro: koffi is missing', 'chiaro: rank 1: koffi is missing'])
  const { asked, ranks } = noted(1)
  expect(await ended(ranks, { code: 2, lines: ['error: unknown option'] })).toEqual({ code: 2, lines: [] })
  expect(asked).toEqual(['fail', 'close'])
})
