import { expect, it } from 'vitest'
import { createQueue } from './request-queue.ts'

it('handles requests in order, past one that fails, and knows when a later run waits', async () => {
  const seen: string[] = []
  const { take, superseded } = createQueue<{ kind: string }>(
    async ({ kind }) => {
      await Promise.resolve()
      if (kind === 'save') throw new Error('nothing to save')
      seen.push(`${kind}${superseded() ? ', superseded' : ''}`)
    },
    error => seen.push((error as Error).message),
  )
  for (const kind of ['begin', 'save', 'open']) void take({ kind })
  await take({ kind: 'resume' })
  expect(seen).toEqual(['begin, superseded', 'nothing to save', 'open', 'resume'])
})

it('knows that a run is not wanted any more', async () => {
  const seen: string[] = []
  const { take, superseded } = createQueue<{ kind: string }>(
    async ({ kind }) => {
      while (kind === 'begin' && !superseded()) await new Promise(done => setTimeout(done, 1))
      seen.push(kind)
    },
    error => seen.push(String(error)),
  )
  const begun = take({ kind: 'begin' })
  await new Promise(done => setTimeout(done, 5))
  expect(seen).toEqual([])
  await Promise.all([begun, take({ kind: 'stop' })])
  expect(seen).toEqual(['begin', 'stop'])
  expect(superseded()).toBe(false)
})
