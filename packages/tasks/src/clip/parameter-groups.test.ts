import { disposeModel } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { clip } from './clip.ts'
import { type ClipOptions, images, small, texts, trainedAndResumed } from './clip-in-test.ts'
import { embedInTraining } from './parameter-groups.ts'

const given = { ...small, images: images(12), texts, key: key(2), learningRate: 0.1 }
const vit = { imageTower: 'vit', patchSize: 4, imageWidth: 8, imageLayers: 2, imageHeads: 2 } as const
const { widths: _, ...withoutWidths } = given

/** The names of a tower's tensors, buffers too, that training changed. */
async function changed(options: ClipOptions, tower: string): Promise<string[]> {
  const trained = await clip.train(options)
  const fresh = clip.prepare(trained.config, key(2))
  const of = ({ parameters, buffers }: typeof fresh) =>
    Object.entries({ ...parameters, ...buffers }).filter(([name]) => name.startsWith(`${tower}/`))
  const before = Object.fromEntries(of(fresh))
  const moved = of(trained.model).filter(
    ([name, value]) => String(value.dataSync()) !== String(before[name].dataSync()),
  )
  disposeModel(fresh)
  trained.dispose()
  return moved.map(([name]) => name)
}

describeBackends('a frozen tower', () => {
  it.each(['image', 'text'] as const)('of %ss keeps every bit, and the other learns', async freeze => {
    const other = freeze === 'image' ? 'text' : 'image'
    expect(await changed({ ...given, freeze }, freeze)).toEqual([])
    expect(await changed({ ...given, freeze }, other)).not.toEqual([])
    // Statistics of a norm move in a tower that learns.
    expect(await changed(given, 'image')).toContain('image/stage1/norm1/mean')
  })

  it.each<[string, Partial<ClipOptions>]>([
    ['pictures', { freeze: 'image' }],
    ['pictures, by chunks, with its batch norm', { freeze: 'image', chunkSize: 3 }],
    ['texts, without an average', { freeze: 'text', averageDecay: 0 }],
  ])('of %s is resumed to the bits of the unbroken run', async (_, settings) => {
    await trainedAndResumed({ ...given, ...settings })
  })

  it('costs no backward pass', async () => {
    const kernels = async (freeze: 'none' | 'image') => {
      const { model, dispose } = await clip.train({ ...given, freeze, steps: 1 })
      const parameters = Object.values(model.parameters)
      const { kernelNames } = await tf.profile(() => {
        const loss = () =>
          tf.sum<tf.Scalar>(
            tf.mul(
              embedInTraining(model, 'image', tf.ones([4, 8, 8, 3]), { key: key(1) }),
              model.scale?.scale() ?? 1,
            ),
          )
        return tf.variableGrads(loss, parameters).value
      })
      dispose()
      return kernelNames.filter(name => name.startsWith('Conv2D')).toSorted()
    }
    expect(await kernels('none')).toContain('Conv2DBackpropFilter')
    expect(await kernels('image')).toEqual(['Conv2D'])
  })

  it('is told by its embeddings as they are outside of training', async () => {
    const { model, dispose } = await clip.train({ ...given, freeze: 'image', steps: 1 })
    const batch = tf.ones<tf.Rank.R4>([4, 8, 8, 3])
    const [inTraining, after] = [
      embedInTraining(model, 'image', batch, { key: key(1) }),
      model.image.embed(batch),
    ]
    expect(await inTraining.data()).toEqual(await after.data())
    tf.dispose([batch, inTraining, after])
    dispose()
  })
})

describeBackends('layer-wise decay', () => {
  it('slows the layers down by their depth, and is resumed to the bit', async () => {
    const options = { ...withoutWidths, ...vit, layerDecay: 0.1, warmupSteps: 0, weightDecay: 0 }
    // The schedule has .05 at the first step of two, and 0 at the last.
    const trained = await clip.train({ ...options, steps: 2, averageDecay: 0 })
    const fresh = clip.prepare(trained.config, options.key)
    const moves = ['position', 'block1/mlp/output/bias', 'block2/mlp/output/bias', 'head/bias'].map(name => {
      const [one, other] = [fresh, trained.model].map(({ parameters }) => parameters[`image/${name}`])
      return tf.tidy(() => tf.max(tf.abs(tf.sub(other, one))).dataSync()[0])
    })
    // Adam's first step is the learning rate, whatever the gradient.
    for (const [i, move] of moves.entries()) expect(move / (0.05 * 0.1 ** (3 - i))).toBeCloseTo(1, 2)
    disposeModel(fresh)
    trained.dispose()
    await trainedAndResumed(options)
  })
})

describe('rates', () => {
  it.each<[Partial<ClipOptions>, string]>([
    [{ layerDecay: 0 }, 'clip: layerDecay must be at least 0.001, got 0'],
    [{ layerDecay: 1.5 }, 'clip: layerDecay must be at most 1, got 1.5'],
    [{ freeze: 'both' as never }, 'clip: freeze must be none, image or text, got "both"'],
    [
      { learningRate: 0, textLearningRate: 0.1 },
      'clip: learningRate must be above 0 where textLearningRate is, got 0; freeze image keeps a tower as it is',
    ],
  ])('%j are refused', async (settings, message) => {
    await expect(clip.train({ ...given, ...settings })).rejects.toThrow(message)
  })

  it('of before there were groups are alike', async () => {
    const model = await clip.train({ ...given, steps: 1 })
    expect(Object.keys(model.config.training)).not.toContain('freeze')
    expect(Object.keys(model.config.training)).not.toContain('layerDecay')
    model.dispose()
  })
})
