import { typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ClipWeights } from './clip-weights.ts'

export type ClipLayout = 'hugging-face' | 'open-clip'
export type Tower = 'image' | 'text'

/** Where a checkpoint keeps one of our parameters, and how. */
export interface StoredWeight {
  readonly name: string
  readonly shape: readonly number[]
  /** Our parameter of what is stored. */
  read(stored: tf.Tensor): tf.Tensor
  /** What is stored of our parameter; of a part of a stack, that part. */
  write(parameter: tf.Tensor): tf.Tensor
}

type Names = Readonly<Record<string, string>>

/** Our modules' names outside blocks, for each tower; with the last part where it is no "weight". */
const outside: Readonly<Record<ClipLayout, Readonly<Record<Tower, Names>>>> = {
  'hugging-face': {
    image: {
      patch: 'vision_model.embeddings.patch_embedding',
      class: 'vision_model.embeddings.class_embedding',
      position: 'vision_model.embeddings.position_embedding.weight',
      before: 'vision_model.pre_layrnorm', // So it is spelled there.
      norm: 'vision_model.post_layernorm',
      head: 'visual_projection',
    },
    text: {
      embedding: 'text_model.embeddings.token_embedding',
      position: 'text_model.embeddings.position_embedding.weight',
      norm: 'text_model.final_layer_norm',
      head: 'text_projection',
    },
  },
  'open-clip': {
    image: {
      patch: 'visual.conv1',
      class: 'visual.class_embedding',
      position: 'visual.positional_embedding',
      before: 'visual.ln_pre',
      norm: 'visual.ln_post',
      head: 'visual.proj',
    },
    text: {
      embedding: 'token_embedding',
      position: 'positional_embedding',
      norm: 'ln_final',
      head: 'text_projection',
    },
  },
}

/** What stands before a block's number. */
export const blocksOf: Readonly<Record<ClipLayout, Readonly<Record<Tower, string>>>> = {
  'hugging-face': { image: 'vision_model.encoder.layers.', text: 'text_model.encoder.layers.' },
  'open-clip': { image: 'visual.transformer.resblocks.', text: 'transformer.resblocks.' },
}

/** Our modules' names within a block. */
export const inside: Readonly<Record<ClipLayout, Names>> = {
  'hugging-face': {
    norm1: 'layer_norm1',
    'attention/query': 'self_attn.q_proj',
    'attention/key': 'self_attn.k_proj',
    'attention/value': 'self_attn.v_proj',
    'attention/output': 'self_attn.out_proj',
    norm2: 'layer_norm2',
    'mlp/hidden': 'mlp.fc1',
    'mlp/output': 'mlp.fc2',
  },
  'open-clip': {
    norm1: 'ln_1',
    'attention/query': 'attn.in_proj',
    'attention/key': 'attn.in_proj',
    'attention/value': 'attn.in_proj',
    'attention/output': 'attn.out_proj',
    norm2: 'ln_2',
    'mlp/hidden': 'mlp.c_fc',
    'mlp/output': 'mlp.c_proj',
  },
}

/** The layout whose names the weights have. @throws TypeError where it is neither's */
export function layoutOf(weights: ClipWeights): ClipLayout {
  for (const layout of ['hugging-face', 'open-clip'] as const) {
    if (Object.hasOwn(weights, storedName(layout, 'image', 'patch/kernel'))) return layout
  }
  const expected = 'a CLIP checkpoint of Hugging Face ("vision_model.…") or open_clip ("visual.…")'
  const names = Object.keys(weights)
  throw typeError(
    'clipTowers',
    'weights',
    expected,
    `${names.length} weights: ${names.slice(0, 3).join(', ')}`,
  )
}

/** A parameter's name in the checkpoint, ours being "block1/attention/query/kernel" and the like. */
export function storedName(layout: ClipLayout, tower: Tower, name: string): string {
  const [, block, path] = /^(?:block(\d+)\/)?(.+)$/.exec(name) as RegExpExecArray
  const [, module, part = ''] = /^(.*?)(?:\/(kernel|bias|scale|offset|table))?$/.exec(path) as RegExpExecArray
  const last = part === 'bias' || part === 'offset' ? 'bias' : 'weight'
  if (block === undefined) {
    const stem = outside[layout][tower][module]
    return part === '' || (layout === 'open-clip' && module === 'head') ? stem : `${stem}.${last}`
  }
  const stem = `${blocksOf[layout][tower]}${Number(block) - 1}.${inside[layout][module]}`
  return inside[layout][module] === 'attn.in_proj' ? `${stem}_${last}` : `${stem}.${last}`
}

/**
 * Where and how a checkpoint keeps our parameter of this name and shape. PyTorch's linear layers are [outputs,
 * inputs], ours [inputs, outputs]; its convolutions [outputs, channels, height, width]; open_clip stacks queries, keys
 * and values, and keeps projections as we do.
 */
export function storedWeight(
  layout: ClipLayout,
  tower: Tower,
  parameter: string,
  shape: readonly number[],
  patchSize: number,
): StoredWeight {
  const name = storedName(layout, tower, parameter)
  const third = ['query', 'key', 'value'].findIndex(part => parameter.includes(`/attention/${part}/`))
  if (parameter === 'patch/kernel') {
    const stored = [shape[1], shape[0] / patchSize ** 2, patchSize, patchSize]
    return {
      name,
      shape: stored,
      read: x => tf.reshape(tf.transpose(x, [2, 3, 1, 0]), [...shape]),
      write: x => tf.transpose(tf.reshape(x, [patchSize, patchSize, stored[1], stored[0]]), [3, 2, 0, 1]),
    }
  }
  if (layout === 'open-clip' && third >= 0) {
    const outputs = shape[shape.length - 1]
    const own = [outputs, ...shape.slice(0, -1)]
    return {
      name,
      shape: [3 * outputs, ...shape.slice(0, -1)],
      read: x => tf.transpose(tf.slice(x, [third * outputs, ...own.slice(1).map(() => 0)], own)),
      write: x => tf.transpose(x),
    }
  }
  if (parameter.endsWith('/kernel') && !(layout === 'open-clip' && parameter === 'head/kernel')) {
    return { name, shape: shape.toReversed(), read: x => tf.transpose(x), write: x => tf.transpose(x) }
  }
  // In our shapes class and positions of pictures have axes of one in front.
  const extra = parameter === 'class' ? 2 : tower === 'image' && parameter === 'position' ? 1 : 0
  const stored = shape.slice(extra)
  return { name, shape: stored, read: x => tf.reshape(x, [...shape]), write: x => tf.reshape(x, [...stored]) }
}
