import { readFileSync } from 'node:fs'
import { disposeModel } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, parameterSlopes } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { createEncoder } from '../create-encoder.ts'
import { storedWeight } from './clip-layout.ts'
import { type ClipTowers, type ClipTowersOptions, clipSpecs, clipTowers } from './clip-towers.ts'
import type { ClipWeights, HostWeight } from './clip-weights.ts'
import { storedClipWeights } from './stored-clip-weights.ts'

/** What PyTorch gives: see fixtures/make-clip-fixtures.py. */
interface Case {
  readonly config: Record<string, Record<string, unknown>>
  readonly image: readonly number[]
  readonly text: readonly number[]
  readonly loss: number
  readonly gradientNorms: Readonly<Record<string, number>>
  readonly gradients: Readonly<Record<string, readonly number[]>>
}
interface Fixture {
  readonly pictures: { readonly shape: [number, number, number, number]; readonly values: readonly number[] }
  readonly ids: { readonly shape: [number, number]; readonly values: readonly number[] }
  readonly dimension: number
  readonly huggingFace: Case
  readonly openClip: Case
  readonly openClipQuick: Case
}
const folder = new URL('../../fixtures/', import.meta.url)
const fixture: Fixture = JSON.parse(readFileSync(new URL('clip.json', folder), 'utf8'))
const huggingFace = readWeights('hugging-face.safetensors')
const openClip = readWeights('open-clip.safetensors')
const cases = [
  ['hugging-face', huggingFace, fixture.huggingFace],
  ['open-clip', openClip, fixture.openClip],
  ['open-clip', openClip, fixture.openClipQuick],
] as const

/** The float32 tensors of a safetensors file. */
function readWeights(file: string): Record<string, HostWeight> {
  const bytes = readFileSync(new URL(file, folder))
  const start = 8 + Number(bytes.readBigUInt64LE(0))
  const header: Record<string, { shape: number[]; data_offsets: [number, number] }> = JSON.parse(
    bytes.toString('utf8', 8, start),
  )
  return Object.fromEntries(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(([name, { shape, data_offsets: offsets }]) => {
        const own = Uint8Array.from(bytes.subarray(start + offsets[0], start + offsets[1]))
        return [name, { shape, values: new Float32Array(own.buffer) }]
      }),
  )
}

const pictures = () =>
  tf.tensor4d(
    fixture.pictures.values.map(value => value / 255),
    fixture.pictures.shape,
  )
const ids = () => tf.tensor2d([...fixture.ids.values], fixture.ids.shape, 'int32')

function using(weights: ClipWeights, options: ClipTowersOptions, body: (towers: ClipTowers) => void): void {
  const towers = clipTowers(weights, options)
  try {
    tf.tidy(() => body(towers))
  } finally {
    disposeModel(towers)
  }
}

/** (cross entropy of rows + of columns)/2 of exp(logitScale)·cos; written out, since objectives are above. */
function lossOf({ imageEncoder, textEncoder, logitScale }: ClipTowers): tf.Scalar {
  const unit = (x: tf.Tensor2D) => tf.div(x, tf.norm(x, 2, 1, true))
  const cosines = tf.matMul(
    unit(imageEncoder.embed(pictures())) as tf.Tensor2D,
    unit(textEncoder.embed(ids())) as tf.Tensor2D,
    false,
    true,
  )
  const logits = tf.mul(tf.exp(logitScale), cosines)
  const own = tf.mul(tf.eye(logits.shape[0] as number), -1 / (logits.shape[0] as number))
  const half = (x: tf.Tensor) => tf.sum(tf.mul(tf.logSoftmax(x), own))
  return tf.mul(tf.add(half(logits), half(tf.transpose(logits))), 0.5)
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

/** Within 1e-5 of the largest of the expected numbers: float32 sums of both signs leave no more of small ones. */
function expectAlike(actual: tf.Tensor, expected: readonly number[], what: string, relative = 1e-5): void {
  expectClose(actual, expected, { absolute: relative * largest(expected), relative: 0, what })
}

describeBackends('clipTowers', () => {
  it.each(cases)('gives the embeddings and the loss of PyTorch: %s', (_, weights, expected) => {
    using(weights, { config: expected.config }, towers => {
      const image = towers.imageEncoder.embed(pictures())
      expect(image.shape).toEqual([3, fixture.dimension])
      expectAlike(image, expected.image, 'pictures')
      expectAlike(towers.textEncoder.embed(ids()), expected.text, 'texts')
      expectClose(lossOf(towers), [expected.loss], { absolute: 0, relative: 1e-5 })
    })
  })

  it.each(cases)('has the gradients of PyTorch: %s', (layout, weights, expected) => {
    using(weights, { config: expected.config }, towers => {
      const { grads } = tf.variableGrads(() => lossOf(towers), Object.values(towers.parameters))
      const norms = new Map<string, number>()
      for (const [name, variable] of Object.entries(towers.parameters)) {
        const [tower, ...rest] = name.split('/')
        const stored =
          tower === 'logitScale'
            ? { name: 'logit_scale' }
            : storedWeight(layout, tower as 'image' | 'text', rest.join('/'), variable.shape, 4)
        const square = tf.sum(tf.square(grads[variable.name])).dataSync()[0]
        norms.set(stored.name, (norms.get(stored.name) ?? 0) + square)
      }
      expect([...norms.keys()].sort()).toEqual(Object.keys(expected.gradientNorms).sort())
      for (const [name, square] of norms) {
        // A key's bias shifts all of a query's logits: its gradient is 0 but for rounding.
        const tolerance = { absolute: 2e-6, relative: 1e-4, what: name }
        expectClose(Math.sqrt(square), expected.gradientNorms[name], tolerance)
      }
    })
  })

  it.each(cases)(
    '%s: made anew from their specs, they compute the same with the same values',
    (_, weights, { config }) => {
      const { image, text } = clipSpecs(weights, { config })
      using(weights, { config }, towers => {
        for (const [spec, tower, x] of [
          [image, towers.imageEncoder, pictures()],
          [text, towers.textEncoder, ids()],
        ] as const) {
          const made = createEncoder(JSON.parse(JSON.stringify(spec)), key(1))
          expect(Object.keys(made.parameters)).toEqual(Object.keys(tower.parameters))
          for (const value of Object.values(made.parameters)) {
            expect(value.dataSync().every(Number.isFinite)).toBe(true)
          }
          for (const [name, variable] of Object.entries(made.parameters))
            variable.assign(tower.parameters[name])
          expect(made.embed(x).dataSync()).toEqual(tower.embed(x).dataSync())
          disposeModel(made)
        }
      })
    },
  )

  it('has those gradients number by number', () => {
    using(huggingFace, { config: fixture.huggingFace.config }, towers => {
      const { grads } = tf.variableGrads(() => lossOf(towers), Object.values(towers.parameters))
      const of = (name: string) => grads[towers.parameters[name].name]
      const { gradients } = fixture.huggingFace
      const key = 'image/block2/attention/key/kernel'
      const checks: [string, tf.Tensor][] = [
        ['vision_model.embeddings.class_embedding', of('image/class')],
        ['vision_model.encoder.layers.1.self_attn.k_proj.weight', tf.transpose(of(key))],
        ['text_model.encoder.layers.0.mlp.fc1.bias', of('text/block1/mlp/hidden/bias')],
        ['text_projection.weight', tf.transpose(of('text/head/kernel'))],
        ['logit_scale', of('logitScale')],
      ]
      for (const [name, actual] of checks) expectAlike(actual, gradients[name], name, 1e-4)
    })
    using(openClip, { config: fixture.openClip.config }, towers => {
      const { grads } = tf.variableGrads(() => lossOf(towers), Object.values(towers.parameters))
      const of = (name: string) => grads[towers.parameters[name].name]
      const { gradients } = fixture.openClip
      expectAlike(of('image/head/kernel'), gradients['visual.proj'], 'visual.proj', 1e-4)
      const conv = tf.transpose(tf.reshape(of('image/patch/kernel'), [4, 4, 3, 16]), [3, 2, 0, 1])
      expectAlike(conv, gradients['visual.conv1.weight'], 'visual.conv1.weight', 1e-4)
      const thirds = ['query', 'key', 'value'].map(part =>
        tf.transpose(of(`text/block2/attention/${part}/kernel`)),
      )
      const name = 'transformer.resblocks.1.attn.in_proj_weight'
      expectAlike(tf.concat(thirds, 0), gradients[name], name, 1e-4)
    })
  })

  it('trains: every step of SGD lowers the loss, and memory stays flat', () => {
    const towers = clipTowers(huggingFace, { config: fixture.huggingFace.config })
    const optimizer = tf.train.sgd(0.02)
    const step = () => tf.tidy(() => optimizer.minimize(() => lossOf(towers), true)?.dataSync()[0] as number)
    const losses = [step()]
    const before = tf.memory()
    for (let i = 0; i < 20; i++) losses.push(step())
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numBytes).toBe(before.numBytes)
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1])
    // The checkpoint is a copy: a model loaded again starts where the first did.
    using(huggingFace, { config: fixture.huggingFace.config }, again => {
      expectClose(lossOf(again), [losses[0]], { absolute: 0, relative: 1e-6 })
    })
    disposeModel(towers)
    optimizer.dispose()
  })

  it('has the slopes of finite differences in a text with padding of either kind', () => {
    using(openClip, { config: fixture.openClip.config }, ({ textEncoder }) => {
      const loss = () => tf.sum(tf.square(textEncoder.embed(ids()))) as tf.Scalar
      const { 'head/kernel': head, 'embedding/table': table } = textEncoder.parameters
      for (const { name, exact, numerical } of parameterSlopes(loss, { head, table })) {
        expectClose(exact, numerical, { absolute: 2e-2, relative: 1e-2, what: name })
      }
    })
  })

  it('reads a text at its end, whatever follows', () => {
    for (const endId of [undefined, 39]) {
      using(openClip, { config: fixture.openClip.config, endId }, ({ textEncoder }) => {
        const embed = (tokens: number[]) => textEncoder.embed(tf.tensor2d([tokens], undefined, 'int32'))
        const short = embed([38, 4, 39])
        const tolerance = { absolute: 1e-6, relative: 1e-5 }
        expectClose(embed([38, 4, 39, 0, 0]), short, tolerance)
        expectClose(embed([38, 4, 39, 39, 39, 39]), short, tolerance)
        expectClose(embed([38, 4, 39, 7, 11]), short, tolerance)
        const other = tf.max(tf.abs(tf.sub(embed([38, 5, 39]), short))).dataSync()[0]
        expect(other).toBeGreaterThan(1e-2)
      })
    }
    // An end that is not the largest id, and a row without one: its last place.
    using(openClip, { config: fixture.openClip.config, endId: 20 }, ({ textEncoder }) => {
      const embed = (tokens: number[]) => textEncoder.embed(tf.tensor2d([tokens], undefined, 'int32'))
      expectClose(embed([38, 4, 20, 39, 20]), embed([38, 4, 20]), { absolute: 1e-6, relative: 1e-5 })
      using(openClip, { config: fixture.openClip.config, endId: 4 }, twin => {
        const last = twin.textEncoder.embed(tf.tensor2d([[38, 5, 4]], undefined, 'int32'))
        expectClose(embed([38, 5, 4]), last, { absolute: 1e-6, relative: 1e-5 })
      })
    })
  })

  it.each(cases)('gives back the weights of its checkpoint: %s', (_, weights, { config }) => {
    using(weights, { config }, towers => {
      expectNoLeak(() => storedClipWeights(towers))
      const stored = storedClipWeights(towers)
      expect(Object.keys(stored).sort()).toEqual(Object.keys(weights).sort())
      for (const [name, { shape, values }] of Object.entries(weights)) {
        expect(stored[name].shape, name).toEqual(shape)
        expect(stored[name].dataSync(), name).toEqual(values)
      }
    })
  })

  it('takes tensors for weights, and leaves them to the caller', () => {
    const tensors = Object.fromEntries(
      Object.entries(openClip).map(([name, { shape, values }]) => [
        name,
        tf.tensor(values as Float32Array, [...shape]),
      ]),
    )
    const before = tf.memory().numTensors
    const towers = clipTowers(tensors, { config: fixture.openClip.config })
    expect(tf.memory().numTensors).toBe(before + Object.keys(towers.parameters).length)
    tf.tidy(() => expectAlike(towers.imageEncoder.embed(pictures()), fixture.openClip.image, 'pictures'))
    disposeModel(towers)
    expect(tf.memory().numTensors).toBe(before)
    expect(tensors['visual.proj'].dataSync()).toEqual(openClip['visual.proj'].values)
    tf.dispose(tensors)
  })
})
