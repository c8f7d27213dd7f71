import { readFileSync } from 'node:fs'
import { key } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import { decodeSafetensors } from '@chiaro/train'
import { describe, expect, it } from 'vitest'
import { clip } from './clip.ts'
import { type ClipOptions, images, texts, trainedAndResumed, weightsOf } from './clip-in-test.ts'
import type { PretrainedClip } from './pretrained.ts'

/** Hugging Face's CLIPModel of a few random weights, and what PyTorch makes of some inputs. */
const folder = new URL('../../../encoders/fixtures/', import.meta.url)
const { tensors: weights } = decodeSafetensors(readFileSync(new URL('hugging-face.safetensors', folder)))
const fixture = JSON.parse(readFileSync(new URL('clip.json', folder), 'utf8'))
const { config, image, text } = fixture.huggingFace

/** Words t0 … t37 between the start, 38, and the end, 39. */
const vocab = Object.fromEntries([...Array(38).keys()].map(id => [`t${id}`, id]))
const special = (id: string) => ({ SpecialToken: { id } })
const tokenizer = JSON.stringify({
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [special('start'), { Sequence: { id: 'A' } }, special('end')],
  },
  model: { type: 'WordLevel', unk_token: 't0', vocab: { ...vocab, start: 38, end: 39 } },
})
const pretrained: PretrainedClip = { weights, config, tokenizer }
const both = { imageTower: 'clip', textTower: 'clip' } as const
const captions = texts.map((_, i) => `t${i + 1} t${2 * i} t3`)
const fit = { batchSize: 4, steps: 6, checkpointEvery: 2, key: key(2) }
const given: ClipOptions = { images: images(12), texts: captions, pretrained, ...fit }

const unitRows = (values: readonly number[], dimension: number) =>
  Array.from({ length: values.length / dimension }, (_, row) => {
    const own = values.slice(row * dimension, (row + 1) * dimension)
    return own.map(value => value / Math.hypot(...own))
  }).flat()

describeBackends('towers of a checkpoint', () => {
  it('see and read as PyTorch’s do, before they learn, and after being loaded', async () => {
    const frozen = { learningRate: 0, averageDecay: 0, steps: 1 }
    const model = await clip.train({ ...given, ...both, ...frozen })
    const again = clip.load(model.save())
    const { shape, values } = fixture.pictures
    const pictures = { data: Uint8Array.from(values), shape }
    // The rows of clip.json's ids.
    const asked = ['t5 t9 t2', 't17', 't31 t0 t30 t7 t7 t1']
    for (const one of [model, again]) {
      expectClose((await one.embedImages(pictures)).vectors, unitRows(image, 10), { absolute: 1e-5 })
      expectClose((await one.embedTexts(asked)).vectors, unitRows(text, 10), { absolute: 1e-5 })
    }
    // log of the scale is 1.5 there.
    expect(model.config.logitScale.initial).toBeCloseTo(Math.exp(1.5), 5)
    expect(model.config.textLength).toBe(8)
    model.dispose()
    again.dispose()
  })

  it.each<[string, Partial<ClipOptions>]>([
    ['both', both],
    ['both, with layer-wise decay', { ...both, layerDecay: 0.5 }],
    [
      'the image tower, frozen beside words: LiT',
      { imageTower: 'clip', textTower: 'words', freeze: 'image' },
    ],
    ['the text tower beside convolutions', { textTower: 'clip', widths: [4] }],
  ])('%s: train, and go on without the checkpoint, to the bits of the unbroken run', async (_, towers) => {
    const { pretrained: once, ...later } = { ...given, ...towers }
    const learned = await trainedAndResumed({ ...later, pretrained: once })
    const [name] = Object.keys(learned).filter(name => name.endsWith('position'))
    expect(name).toBeDefined()
  })

  it('is resumed without it', async () => {
    let saved = new Uint8Array()
    const whole = await clip.train({
      ...given,
      ...both,
      onSave: run => {
        if (saved.length === 0) saved = Uint8Array.from(run)
      },
    })
    const { pretrained: _, ...later } = given
    const resumed = await clip.resume(saved, later)
    expect(await weightsOf(resumed)).toEqual(await weightsOf(whole))
    whole.dispose()
    resumed.dispose()
  })

  it('frozen, keeps PyTorch’s embeddings while the texts learn', async () => {
    const lit = { imageTower: 'clip', textTower: 'words', freeze: 'image', learningRate: 0.1 } as const
    const model = await clip.train({ ...given, ...lit })
    const { shape, values } = fixture.pictures
    const { vectors } = await model.embedImages({ data: Uint8Array.from(values), shape })
    expectClose(vectors, unitRows(image, 10), { absolute: 1e-5 })
    expect(model.config.text).toMatchObject({ embeddingDimension: 10 })
    model.dispose()
  })
})

describe('a checkpoint', () => {
  const { pretrained: _, ...without } = given
  it.each<[Partial<ClipOptions>, string]>([
    [{}, 'a checkpoint needs imageTower or textTower clip, got conv and ngrams'],
    [{ ...both, embedding: 9 }, 'embedding must be the checkpoint’s 10, got 9'],
    [{ ...both, embedding: 10, widths: [4] }, 'widths belongs to imageTower conv, got clip'],
    [{ ...both, imageMean: 0 }, 'imageMean belongs to imageTower conv, vit or backbone, got clip'],
    [{ ...both, residual: true }, 'residual belongs to imageTower conv, got clip'],
    [
      { ...both, images: images(12, 16) },
      'pictures for imageTower clip must be 8 × 8 × 3, as the checkpoint’s image tower has them, got 16 × 16 × 3',
    ],
    [{ ...both, textLength: 9 }, 'textLength must be from 3 to the checkpoint’s 8, got 9'],
    [
      { ...both, pretrained: { weights, config } },
      'textTower clip needs the checkpoint’s tokenizer, got none',
    ],
    [
      { ...both, pretrained: { weights, config, tokenizer: { merges: '' } } },
      'the checkpoint has 40 tokens, got 514 of the tokenizer',
    ],
    [{ ...both, pretrained: { weights, tokenizer } }, 'clipTowers: imageHeads must be a divisor of width 16'],
  ])('does not fit %#', async (settings, message) => {
    await expect(clip.train({ ...given, ...settings })).rejects.toThrow(message)
  })

  it('says how pixels are standardised, where that is not as usual', async () => {
    const pixels = { mean: [0, 0, 0], deviation: [1, 1, 1] }
    const model = await clip.train({ ...given, ...both, pretrained: { ...pretrained, pixels }, steps: 1 })
    expect(model.config.image).toMatchObject(pixels)
    model.dispose()
  })

  it('is asked for by its towers', async () => {
    const training = clip.train({ ...without, textTower: 'clip' })
    await expect(training).rejects.toThrow('clip: textTower clip needs a checkpoint (pretrained), got none')
  })

  it('must be the one that a run began with', async () => {
    const data = {
      training: clip.train as never,
      pretrained: { ...pretrained, weights: { ...weights, logit_scale: { shape: [], values: [1] } } },
    }
    const model = await clip.train({ ...given, ...both, steps: 1 })
    const again = () => clip.prepare(model.config, key(1), data)
    expect(again).toThrow('clip: the checkpoint must be the one that the run began with, got another')
    model.dispose()
  })
})
