import { key } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { clip } from './clip.ts'
import { type ClipOptions, images, small, texts, weightsOf } from './clip-in-test.ts'
import { pairsOf } from './pairs.ts'
import { retrieval } from './retrieval.ts'

const given: ClipOptions = {
  ...{ ...small, images: images(12), texts, key: key(2) },
  ...{ steps: 6, validateEvery: 2, checkpointEvery: 100 },
}
const transformer = {
  textTower: 'transformer',
  textWidth: 8,
  textHeads: 2,
  textLayers: 1,
  textLength: 300,
} as const
const { buckets: _, ...plain } = given

/** Pictures that tell when they are read. */
function toldPictures(onRead: () => void) {
  const data = images(6)
  return {
    ...{ count: 6, shape: [8, 8, 3] as const },
    async read(rows: Int32Array) {
      onRead()
      return { images: data, rows }
    },
  }
}

describeBackends('a validation', () => {
  it('is ended by the signal in its midst, and done when the run goes on, to the bits of the unbroken one', async () => {
    const controller = new AbortController()
    let reads = 0
    // The second validation, after step 4.
    const pictures = toldPictures(() => {
      if (++reads === 2) controller.abort(new Error('enough'))
    })
    const ownTexts = texts.slice(0, 6)
    const steps: (readonly [number, number | undefined])[] = []
    const onStep = ({ step, validation }: { step: number; validation?: Readonly<Record<string, number>> }) =>
      void steps.push([step, validation?.recall])
    const told = { onStep, validation: { images: images(6), texts: ownTexts } }
    const whole = await clip.train({ ...given, ...told })
    const expected = steps.splice(0)
    let saved = new Uint8Array()
    const stopped = clip.train({
      ...{ ...given, onStep, signal: controller.signal, validation: { images: pictures, texts: ownTexts } },
      onSave: run => {
        saved = Uint8Array.from(run)
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(steps.map(([step]) => step)).toEqual([1, 2, 3])
    const resumed = await clip.resume(saved, { ...given, ...told })
    expect(steps).toEqual(expected)
    expect(await weightsOf(resumed)).toEqual(await weightsOf(whole))
    expect(resumed.outcome?.best).toEqual(whole.outcome?.best)
    whole.dispose()
    resumed.dispose()
  })

  it('leaves nothing behind, whether it ends among pictures or among texts', async () => {
    const model = await clip.train({ ...plain, ...transformer, steps: 1 })
    const all = pairsOf(
      toldPictures(() => {}),
      texts.slice(0, 6),
    )
    for (const at of ['pictures', 'texts']) {
      const controller = new AbortController()
      const can = {
        embedImages: (...given: Parameters<NonNullable<typeof clip.can.embedImages>>) => {
          if (at === 'pictures') controller.abort(new Error(at))
          return clip.can.embedImages?.(...given) as never
        },
        embedTexts: (...given: Parameters<NonNullable<typeof clip.can.embedTexts>>) => {
          controller.abort(new Error(at))
          return clip.can.embedTexts?.(...given) as never
        },
      }
      await expect(retrieval(can, model.model, all, undefined, controller.signal)).rejects.toThrow(at)
    }
    model.dispose()
  })

  it('embeds texts a few at a time to the bits of one by one', async () => {
    const model = await clip.train({ ...plain, ...transformer, steps: 1 })
    const { vectors, dimension } = await model.embedTexts(texts)
    for (const [row, text] of texts.entries()) {
      const alone = await model.embedTexts([text])
      expect(alone.vectors).toEqual(vectors.slice(row * dimension, (row + 1) * dimension))
    }
    model.dispose()
  })
})
