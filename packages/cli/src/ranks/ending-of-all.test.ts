import { expect, test } from 'vitest'
import { endingOfAll } from './ending-of-all.ts'

const bad = (text: string, code = 1) => ({ code, lines: [`chiaro: ${text}`] })
const stop = (code: number) => ({ code, lines: ['interrupted; the run is kept'], stopped: true })

test('what all say is said once, without a name', () => {
  expect(endingOfAll([bad('no data'), bad('no data'), bad('no data')])).toEqual(bad('no data'))
})

test('what rank 0 does not say has the name of the first that does, and how many more do', () => {
  expect(endingOfAll([undefined, undefined, bad('no data')])).toEqual(bad('rank 2: no data'))
  const three = endingOfAll([bad('disk is full', 3), bad('no data'), undefined, bad('no data'), bad('other')])
  expect(three).toEqual({
    code: 3,
    lines: ['chiaro: disk is full', 'chiaro: rank 1 and 1 more: no data', 'chiaro: rank 4: other'],
  })
})

test('a bug keeps its stack, with the name before its first line', () => {
  const bug = { code: 1, lines: ['chiaro: TypeError: x', '    at f', '    at g'] }
  expect(endingOfAll([undefined, bug]).lines).toEqual([
    'chiaro: rank 1: TypeError: x',
    '    at f',
    '    at g',
  ])
})

test('told to stop, all end with the code of the one that was, and no name', () => {
  expect(endingOfAll([undefined, stop(138)])).toEqual({ code: 138, lines: stop(138).lines })
})
