import { disposeModel } from '@chiaro/core'
import { useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type ClipTowersOptions, clipTowers } from './clip-towers.ts'
import type { HostWeight } from './clip-weights.ts'

await useTestBackend('cpu')

const filled = (...shape: number[]): HostWeight => ({
  shape,
  values: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.1),
})

/** A checkpoint in open_clip's layout of one block a tower, small enough to be written down. */
function checkpoint(): Record<string, HostWeight> {
  const weights: Record<string, HostWeight> = { logit_scale: filled() }
  const tower = (start: string, width: number) => {
    const at = `${start}transformer.resblocks.0.`
    for (const norm of ['ln_1', 'ln_2']) {
      weights[`${at}${norm}.weight`] = filled(width)
      weights[`${at}${norm}.bias`] = filled(width)
    }
    const dense = { 'mlp.c_fc': [8, width], 'mlp.c_proj': [width, 8], 'attn.out_proj': [width, width] }
    for (const [name, shape] of Object.entries(dense)) {
      weights[`${at}${name}.weight`] = filled(...shape)
      weights[`${at}${name}.bias`] = filled(shape[0])
    }
    weights[`${at}attn.in_proj_weight`] = filled(3 * width, width)
    weights[`${at}attn.in_proj_bias`] = filled(3 * width)
  }
  tower('visual.', 6)
  tower('', 4)
  for (const [norm, width] of Object.entries({ 'visual.ln_pre': 6, 'visual.ln_post': 6, ln_final: 4 })) {
    weights[`${norm}.weight`] = filled(width)
    weights[`${norm}.bias`] = filled(width)
  }
  weights['visual.conv1.weight'] = filled(6, 3, 2, 2)
  weights['visual.class_embedding'] = filled(6)
  weights['visual.positional_embedding'] = filled(5, 6)
  weights['visual.proj'] = filled(6, 3)
  weights['token_embedding.weight'] = filled(9, 4)
  weights.positional_embedding = filled(7, 4)
  weights.text_projection = filled(4, 3)
  return weights
}
const options: ClipTowersOptions = { activation: 'gelu', imageHeads: 2, textHeads: 2 }

/** Loads, and fails if anything is left alive after an error. */
function load(weights: Record<string, HostWeight>, more: ClipTowersOptions = {}): () => void {
  return () => {
    const before = tf.memory().numTensors
    try {
      disposeModel(clipTowers(weights, { ...options, ...more }))
    } finally {
      expect(tf.memory().numTensors).toBe(before)
    }
  }
}

it('reads the sizes off the weights', () => {
  const towers = clipTowers(checkpoint(), options)
  const { image, text } = towers.sizes
  expect(image).toMatchObject({ imageSize: 4, patchSize: 2, channels: 3, width: 6, depth: 1, heads: 2 })
  expect(text).toMatchObject({
    vocabularySize: 9,
    contextLength: 7,
    width: 4,
    depth: 1,
    embeddingDimension: 3,
  })
  expect(towers.imageEncoder.embed(tf.zeros([2, 4, 4, 3])).shape).toEqual([2, 3])
  expect(() => towers.imageEncoder.embed(tf.zeros([2, 4, 4, 1]))).toThrow(/float32 \[batch, 4, 4, 3\]/)
  expect(() => towers.textEncoder.embed(tf.zeros([2, 8], 'int32'))).toThrow(
    /length of x must be an integer from 1 to 7, got 8/,
  )
  expect(() => towers.textEncoder.embed(tf.zeros([2, 3]))).toThrow(TypeError)
  disposeModel(towers)
})

it('names every weight that is missing', () => {
  for (const name of Object.keys(checkpoint())) {
    const { [name]: _, ...weights } = checkpoint()
    expect(load(weights, { layout: 'open-clip' }), name).toThrow(TypeError)
    // Without a block's first weights its number is still known by the others.
    expect(load(weights, { layout: 'open-clip' }), name).toThrow(`a checkpoint with "${name}"`)
  }
})

it('names every weight of another shape or count', () => {
  for (const [name, weight] of Object.entries(checkpoint())) {
    const longer = { ...checkpoint(), [name]: filled(...weight.shape, 1) }
    expect(load(longer), name).toThrow(`weights["${name}"]`)
    const short = { ...checkpoint(), [name]: { ...weight, values: weight.values.length === 1 ? [] : [0] } }
    expect(load(short), name).toThrow(`weights["${name}"].values must be`)
  }
  const odd = { ...checkpoint(), 'visual.positional_embedding': filled(4, 6) }
  expect(load(odd)).toThrow(/for a square of patches and a class, got 4 places/)
})

it('refuses parts that its model has not, but not the numbers that old files keep', () => {
  const more = (name: string) => load({ ...checkpoint(), [name]: filled(6) })
  expect(more('visual.transformer.resblocks.0.ls_1.gamma')).toThrow(/ls_1.gamma" besides/)
  expect(more('logit_bias')).toThrow(/"logit_bias" besides/)
  expect(more('visual.embeddings.position_ids')).not.toThrow()
})

it('refuses what is no CLIP checkpoint', () => {
  expect(load({})).toThrow(/a CLIP checkpoint of Hugging Face .* got 0 weights/)
  expect(load({ 'model.weight': filled(2) })).toThrow(/got 1 weights: model.weight/)
})

it.each<[ClipTowersOptions, RegExp]>([
  [{ activation: undefined }, /activation must be 'gelu' or 'quick-gelu', or config given, got neither/],
  [{ activation: 'relu' as 'gelu' }, /activation must be 'gelu' or 'quick-gelu', got 'relu'/],
  [{ imageHeads: undefined }, /imageHeads must be a divisor of width 6, got none/],
  [{ textHeads: 3 }, /textHeads must be a divisor of width 4, got 3/],
  [{ endId: 9 }, /endId must be an integer from 0 to 8, got 9/],
  [{ mean: [0.5] }, /mean must be of length 3, one for each channel, got length 1/],
  [{ deviation: [1, 0, 1] }, /deviation\[1\] must be a finite number above 0, got 0/],
  [{ config: 3 }, /config must be an object, got 3/],
  [{ config: { a: 1 } }, /config must be of Hugging Face .* got a/],
  [{ config: { vision_config: { hidden_act: 'relu' } } }, /hidden_act must be "gelu" or "quick_gelu"/],
  [{ config: { text_config: { layer_norm_eps: 'small' } } }, /layer_norm_eps must be a number, got "small"/],
  [{ config: { vision_cfg: { pool_type: 'avg' } } }, /config.vision_cfg.pool_type must be absent/],
  [{ config: { vision_cfg: {}, text_cfg: { no_causal_mask: true } } }, /no_causal_mask must be absent/],
  [{ config: { model_cfg: {}, preprocess_cfg: { mean: 0.5 } } }, /preprocess_cfg.mean must be a list/],
])('refuses the option %o', (more, message) => {
  expect(load(checkpoint(), more)).toThrow(message)
})

it('reads the standardisation of open_clip, behind the options', () => {
  const x = tf.fill([1, 4, 4, 3], 0.5)
  const embed = (more: ClipTowersOptions) => {
    // Weights that differ, lest the layer norm swallow what the pixels say.
    const weights = checkpoint()
    for (const [name, { shape, values }] of Object.entries(weights)) {
      if (shape.length >= 2) weights[name] = { shape, values: Array.from(values, (_, i) => Math.sin(i)) }
    }
    const towers = clipTowers(weights, { ...options, ...more })
    const y = towers.imageEncoder.embed(x).dataSync()
    disposeModel(towers)
    return Array.from(y)
  }
  const preprocess = { mean: [0.1, 0.2, 0.3], std: [0.5, 0.6, 0.7] }
  const read = embed({ config: { model_cfg: {}, preprocess_cfg: preprocess } })
  expect(read).toEqual(embed({ mean: preprocess.mean, deviation: preprocess.std }))
  expect(read).not.toEqual(embed({}))
  // A setting given as undefined is none that clipTowers would lack.
  const absent = { model_cfg: { vision_cfg: { pool_type: undefined } }, preprocess_cfg: preprocess }
  expect(embed({ config: absent })).toEqual(read)
})
