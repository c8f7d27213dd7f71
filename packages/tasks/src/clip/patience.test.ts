import { key } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { clip } from './clip.ts'
import { type ClipOptions, images, small, texts, trainedAndResumed, weightsOf } from './clip-in-test.ts'

// Captions that have nothing to do with the pictures: recall moves up and down.
const validation = { images: images(6), texts: texts.slice(0, 6) }
const given: ClipOptions = {
  ...{ ...small, images: images(12), texts, validation, key: key(2) },
  ...{ steps: 40, validateEvery: 1, learningRate: 0.01, averageDecay: 0 },
}

describeBackends('patience', () => {
  it('ends where no validation is better any more, with the best weights, and is resumed to the bit', async () => {
    const recalls: number[] = []
    const onStep = ({ validation }: { validation?: Readonly<Record<string, number>> }) =>
      void recalls.push(validation?.recall ?? Number.NaN)
    const model = await clip.train({ ...given, patience: 4, onStep })
    const steps = recalls.length
    expect(steps).toBeLessThan(40)
    expect(model.outcome).toMatchObject({ steps, stopped: true, best: { step: steps - 4 } })
    expect(recalls[steps - 5]).toBe(Math.max(...recalls))
    const whole = await clip.train({ ...given, steps: steps - 4, patience: 40 })
    expect(whole.outcome).not.toHaveProperty('stopped')
    const run = model.save()
    await expect(clip.resume(run, given)).rejects.toThrow('clip: the run is trained to its end already')
    const best = clip.load(run)
    expect(await weightsOf(best)).toEqual(await weightsOf(model))
    for (const one of [model, whole, best]) one.dispose()
    await trainedAndResumed({ ...given, patience: 4 })
  })

  it('needs pairs to validate on', async () => {
    const { validation: _, ...without } = given
    await expect(clip.train({ ...without, patience: 4 })).rejects.toThrow(
      'clip: patience needs validation pairs, got none',
    )
  })
})
