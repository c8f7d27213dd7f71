import { describe, expect, it } from 'vitest'
import { clip } from './clip/clip.ts'
import { density } from './density/density.ts'
import { informationInWords, shownInformation } from './shown-information.ts'
import { simclr } from './simclr/simclr.ts'

const losses = Array.from({ length: 150 }, (_, i) => (i < 50 ? 9 : 2 + (i % 2)))
const training = (more: object) =>
  ({ training: { batchSize: 32, queue: 1000, views: {}, ...more }, head: { output: 8 } }) as never

describe('shownInformation', () => {
  it.each([
    ['simclr', 'nt-xent', shownInformation(simclr, training({ objective: 'nt-xent' }), losses), 63],
    ['simclr', 'moco', shownInformation(simclr, training({ objective: 'moco' }), losses), 1001],
    ['clip', 'its loss', shownInformation(clip, training({}), losses), 32],
  ])('of %s by %s is log K less the mean of the last hundred losses', (_, __, shown, candidates) => {
    expect(shown?.ceiling).toBeCloseTo(Math.log(candidates), 12)
    expect(shown?.estimate).toBeCloseTo(Math.log(candidates) - 2.5, 12)
    // A hundred losses half above and half below.
    expect(shown?.standardError).toBeCloseTo(Math.sqrt(25 / (100 * 99)), 12)
  })
  it('is none where the loss bounds nothing, and none of a single loss', () => {
    expect(shownInformation(simclr, training({ objective: 'decoupled' }), losses)).toBeUndefined()
    const several = training({ objective: 'nt-xent', views: { count: 3 } })
    expect(shownInformation(simclr, several, losses)).toBeUndefined()
    expect(shownInformation(simclr, training({ objective: 'vicreg' }), losses)).toBeUndefined()
    expect(shownInformation(density, training({}), losses)).toBeUndefined()
    expect(shownInformation(clip, training({}), [2])).toBeUndefined()
  })
})

describe('informationInWords', () => {
  it('says bound, error and ceiling, and a warning where there is one', () => {
    const said = (loss: number) =>
      informationInWords(shownInformation(clip, training({}), [loss, loss + 0.2]) as never)
    expect(said(2.4)).toBe(
      'mutual information of at least 0.97 ± 0.10 nats in the last batches, where 3.47 is the most they can show',
    )
    expect(said(0.1)).toMatch(/ can show; the estimate of 3\.27 nats is close to .* take more candidates$/)
  })
})
