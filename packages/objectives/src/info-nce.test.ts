import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import {
  type InfoNceOracle,
  infoNceRows,
  meanOfCounted,
  pairLogits,
  rowsOf,
  unitRows,
} from '@chiaro/test-kit/oracles/contrastive'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type InfoNceOptions, infoNceLoss } from './info-nce.ts'

const [n, m, d] = [5, 8, 3]
const queryValues = normalValues(1, n * d)
const keyValues = normalValues(2, m * d)

function embeddings(values: ArrayLike<number>, width = d): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(values), [values.length / width, width])
}

/** Loss and gradients of unit vectors at scale 10 against float64 and its finite differences. */
function expectEqualToOracle(options: InfoNceOptions<'mean'>, oracle: InfoNceOracle): void {
  const f = (q: ArrayLike<number>, k: ArrayLike<number>, s: ArrayLike<number>) =>
    meanOfCounted(infoNceRows(pairLogits(unitRows(rowsOf(q, d)), unitRows(rowsOf(k, d)), s[0]), oracle))
  const loss = (q: tf.Tensor, k: tf.Tensor, s: tf.Tensor) =>
    infoNceLoss(q as tf.Tensor2D, k as tf.Tensor2D, { ...options, logitScale: s })
  const inputs = [embeddings(queryValues), embeddings(keyValues), tf.scalar(10)]
  const { value, grads } = tf.valueAndGrads(loss)(inputs)
  expectClose(value, f(queryValues, keyValues, [10]), { what: 'loss' })
  const expected = numericalGradient(f, [queryValues, keyValues, [10]])
  for (const [i, name] of ['queries', 'keys', 'scale'].entries())
    expectClose(grads[i], expected[i], { absolute: 2e-6, relative: 2e-5, what: name })
}

describeBackends('infoNceLoss', () => {
  it('equals float64 with its gradients: key i right for query i', () => {
    expectEqualToOracle({}, {})
    // The default temperature is 0.1, the scale used above.
    const [q, k] = [embeddings(queryValues), embeddings(keyValues)]
    expectClose(infoNceLoss(q, k), infoNceLoss(q, k, { logitScale: 10 }))
    expectClose(infoNceLoss(q, k, { temperature: 0.5 }), infoNceLoss(q, k, { logitScale: 2 }))
  })
  it('equals float64 with positives given as indices, on the host or as a tensor, −1 for none', () => {
    const positives = [7, -1, 0, 0, 3]
    const oracle = { positives: (i: number) => (positives[i] < 0 ? [] : [positives[i]]) }
    expectEqualToOracle({ positives }, oracle)
    expectEqualToOracle({ positives: tf.tensor1d(positives, 'int32') }, oracle)
  })
  it('equals float64 with groups: none, one and several right keys', () => {
    const queryGroups = [4, 1, 9, 2, 1]
    const keyGroups = [1, 2, 1, 4, 1, 3, 3, 3]
    const positives = (i: number) => keyGroups.flatMap((group, j) => (group === queryGroups[i] ? [j] : []))
    for (const decoupled of [false, true]) {
      expectEqualToOracle({ positives: { queryGroups, keyGroups }, decoupled }, { positives, decoupled })
    }
    const tensors = {
      queryGroups: tf.tensor1d(queryGroups, 'int32'),
      keyGroups: tf.tensor1d(keyGroups, 'int32'),
    }
    expectEqualToOracle({ positives: tensors }, { positives })
  })
  it('equals float64 decoupled: positives leave the denominator, and the loss may be negative', () => {
    expectEqualToOracle({ decoupled: true }, { decoupled: true })
    const aligned = embeddings([1, 0, 0, 1], 2)
    expectClose(infoNceLoss(aligned, aligned, { decoupled: true, temperature: 1 }), -1)
  })
  it('equals float64 with masks: bool, groups, self', () => {
    const bool = normalValues(3, n * m).map((v, at) => (v > 0 || at % m === Math.floor(at / m) ? 1 : 0))
    expectEqualToOracle(
      { mask: tf.tensor2d(Uint8Array.from(bool), [n, m], 'bool') },
      { takesPart: (i, j) => bool[i * m + j] === 1 },
    )
    const queryGroups = [0, 1, 0, 1, 0]
    const keyGroups = [0, 1, 0, 1, 0, 1, 0, 1]
    expectEqualToOracle(
      { mask: { queryGroups, keyGroups } },
      { takesPart: (i, j) => queryGroups[i] === keyGroups[j] },
    )
    const positives = [1, 2, 3, 4, 0]
    expectEqualToOracle(
      { mask: { excludeSelf: true }, positives },
      { takesPart: (i, j) => i !== j, positives: i => [positives[i]] },
    )
  })
  it('a queue’s keys come last, as negatives without a gradient', () => {
    const [q, k] = [embeddings(queryValues), embeddings(keyValues.slice(0, n * d))]
    const queue = embeddings(keyValues.slice(n * d))
    const loss = infoNceLoss(q, k, { queue })
    expectClose(loss, infoNceLoss(q, embeddings(keyValues)))
    const [ofQueue, ofKeys] = tf.grads((x, y) =>
      infoNceLoss(q, y as tf.Tensor2D, { queue: x as tf.Tensor2D }),
    )([queue, k])
    expectClose(ofQueue, tf.zeros([m - n, d]))
    expect(tf.max(tf.abs(ofKeys)).dataSync()[0]).toBeGreaterThan(0.01)
    // A mask of the keys lets the whole queue take part.
    const own = tf.cast(tf.eye(n), 'bool') as tf.Tensor2D
    const spanning = tf.concat([own, tf.ones([n, m - n], 'bool')], 1) as tf.Tensor2D
    expectClose(infoNceLoss(q, k, { queue, mask: own }), infoNceLoss(q, k, { queue, mask: spanning }))
  })
  it("gives each query's value for reduction 'none', 0 without a positive, which leaves the mean", () => {
    const [q, k] = [embeddings(queryValues), embeddings(keyValues)]
    const positives = [7, -1, 0, 0, 3]
    const rows = infoNceLoss(q, k, { positives, reduction: 'none' })
    const logits = pairLogits(unitRows(rowsOf(queryValues, d)), unitRows(rowsOf(keyValues, d)), 10)
    const expected = infoNceRows(logits, { positives: i => (positives[i] < 0 ? [] : [positives[i]]) })
    expectClose(
      rows,
      expected.map(value => value ?? 0),
    )
    expectClose(infoNceLoss(q, k, { positives }), meanOfCounted(expected))
    const total = expected.reduce((sum: number, value) => sum + (value ?? 0), 0)
    expectClose(infoNceLoss(q, k, { positives, reduction: 'sum' }), total)
  })

  it('has the second derivatives of float64, with one and with several right keys', () => {
    const keyGroups = [0, 1, 2, 3, 4, 0, 0, 1]
    const groups = { queryGroups: [0, 1, 2, 3, 4], keyGroups }
    const positives = (i: number) => keyGroups.flatMap((group, j) => (group === i ? [j] : []))
    const direction = normalValues(4, n * d)
    const logits = (q: ArrayLike<number>) => pairLogits(rowsOf(q, d), rowsOf(keyValues, d), 1)
    const along = (q: ArrayLike<number>) =>
      numericalGradient(x => meanOfCounted(infoNceRows(logits(x), { positives })), [q], {
        eps: 1e-3,
      })[0].reduce((sum, g, i) => sum + g * direction[i], 0)
    const [expected] = numericalGradient(along, [queryValues], { eps: 1e-2 })
    const keys = embeddings(keyValues)
    const options = { positives: groups, logitScale: 1, normalize: false }
    const second = tf.grad(x =>
      tf.sum(tf.mul(tf.grad(y => infoNceLoss(y as tf.Tensor2D, keys, options))(x), embeddings(direction))),
    )
    expectClose(second(embeddings(queryValues)), expected, { absolute: 5e-6, relative: 1e-4 })
  })

  it('case 1: logits of ±100 and ±1000 stay finite and equal float64', () => {
    for (const scale of [100, 1000]) {
      const expected = infoNceRows(
        pairLogits(unitRows(rowsOf(queryValues, d)), unitRows(rowsOf(keyValues, d)), scale),
      )
      const rows = infoNceLoss(embeddings(queryValues), embeddings(keyValues), {
        logitScale: scale,
        reduction: 'none',
      })
      // A logit of 1000 is known to 6e-5 in float32.
      expectClose(rows, expected as number[], { absolute: scale * 1.5e-6, relative: 1e-5 })
    }
  })
  it('case 2: the worst positive costs 2/τ and has gradient −1/τ', () => {
    const q = embeddings([1, 0], 2)
    const keys = embeddings([-1, 0, 1, 0], 2)
    const options = { temperature: 0.01, normalize: false }
    expectClose(infoNceLoss(q, keys, options), 200)
    const [ofKeys] = tf.grads(k => infoNceLoss(q, k as tf.Tensor2D, options))([keys])
    expectClose(ofKeys, [-100, 0, 100, 0])
  })
  it('case 3: a tiny loss keeps its digits, and 1e4 added to every logit changes nothing', () => {
    // Logits (20, 0) and (10020, 10000) by a constant component.
    const q = (c: number) => embeddings([1, c], 2)
    const k = embeddings([20, 1, 0, 1], 2)
    const options = { logitScale: 1, normalize: false }
    const expected = Math.log1p(Math.exp(-20))
    for (const c of [0, 1e4]) {
      const { value, grad } = tf.valueAndGrad(x => infoNceLoss(x as tf.Tensor2D, k, options))(q(c))
      expectClose(value, expected, { absolute: 0, relative: 1e-5 })
      expectClose(tf.slice(grad, [0, 0], [1, 1]), (-20 * Math.exp(-20)) / (1 + Math.exp(-20)), {
        absolute: 0,
        relative: 1e-5,
      })
    }
    // A lone positive among groups with several keeps its digits too.
    const three = embeddings([20, 1, 0, 1, 0, 1], 2)
    const groups = { queryGroups: [0, 1], keyGroups: [0, 1, 1] }
    const rows = infoNceLoss(embeddings([1, 0, 0, 1], 2), three, {
      ...options,
      positives: groups,
      reduction: 'none',
    })
    expectClose(rows, [Math.log1p(2 * Math.exp(-20)), Math.log(3)], { absolute: 0, relative: 1e-5 })
  })
  it('case 4: equal embeddings give log m with zero gradient', () => {
    const same = tf.ones([m, d]) as tf.Tensor2D
    const { value, grads } = tf.valueAndGrads((q, k) => infoNceLoss(q as tf.Tensor2D, k as tf.Tensor2D))([
      same,
      same,
    ])
    expectClose(value, Math.log(m))
    for (const grad of grads) expectClose(grad, tf.zeros([m, d]))
  })
  it('case 5: nothing to compare with is 0 with zero gradient, never NaN', () => {
    const q = embeddings(queryValues)
    const square = embeddings(keyValues.slice(0, n * d))
    const one = embeddings([1, 2, 3])
    const onlyOwn = tf.cast(tf.eye(n), 'bool') as tf.Tensor2D
    const nothing = tf.zeros([n, n], 'bool') as tf.Tensor2D
    const none = Array.from({ length: n }, () => -1)
    const cases: [tf.Tensor2D, tf.Tensor2D, InfoNceOptions<'mean'>][] = [
      [one, one, {}],
      [one, one, { decoupled: true }],
      [q, square, { positives: none }],
      [q, square, { positives: { queryGroups: none, keyGroups: [1, 2, 3, 4, 5] } }],
      [q, square, { mask: onlyOwn }],
      [q, square, { mask: onlyOwn, decoupled: true }],
      [q, square, { mask: nothing, positives: none }],
      [tf.zeros([0, d]), square, {}],
      [q, tf.zeros([0, d]), { positives: none }],
    ]
    for (const [at, [queries, keys, options]] of cases.entries()) {
      const { value, grads } = tf.valueAndGrads((a, b) =>
        infoNceLoss(a as tf.Tensor2D, b as tf.Tensor2D, options as InfoNceOptions<'mean'>),
      )([queries, keys])
      expectClose(value, 0, { what: `case ${at}` })
      for (const grad of grads) expectClose(grad, tf.zeros([...grad.shape]), { what: `case ${at}` })
    }
  })
  it('case 6: a masked key is selected away, whatever its logit', () => {
    const q = embeddings([1, 0], 2)
    const keys = embeddings([-1, 0, 1, 0, -1, 0], 2)
    const mask = tf.tensor2d([[1, 0, 1]], [1, 3], 'bool')
    expectClose(infoNceLoss(q, keys, { mask, temperature: 0.01 }), Math.log(2))
    const infinite = embeddings([-1, 0, Number.POSITIVE_INFINITY, Number.NaN, -1, 0], 2)
    expectClose(infoNceLoss(q, infinite, { mask, temperature: 0.01, normalize: false }), Math.log(2))
  })
  it('case 8: duplicate rows and tied maxima share the gradient', () => {
    const q = embeddings([1, 0], 2)
    const keys = embeddings([0, 1, 1, 0, 1, 0], 2)
    const options = { logitScale: 2, normalize: false }
    const [ofKeys] = tf.grads(k => infoNceLoss(q, k as tf.Tensor2D, options))([keys])
    const total = 1 + 2 * Math.exp(2)
    const p = Math.exp(2) / total
    expectClose(ofKeys, [2 * (1 / total - 1), 0, 2 * p, 0, 2 * p, 0])
  })
  it('case 9: zero, tiny and huge vectors keep losses and gradients right', () => {
    const q = rowsOf([0, 0, 0, 1e-23, 2e-23, 0, 1e20, 0, -3e20], 3)
    const k = rowsOf([1, 0, 0, 0, 0, 0, 3e-23, 0, 1e-23], 3)
    const f = infoNceRows(pairLogits(unitRows(q), unitRows(k), 10))
    expectClose(infoNceLoss(tf.tensor2d(q), tf.tensor2d(k)), meanOfCounted(f))
    expectDirectionalGradients((a, b) => infoNceLoss(a, b), q, k)
  })
  it('case 11: the gradient of the log-temperature is Σ dL/dz∘z, unclamped', () => {
    const [q, k] = [embeddings(queryValues), embeddings(keyValues)]
    const logits = pairLogits(unitRows(rowsOf(queryValues, d)), unitRows(rowsOf(keyValues, d)), 150)
    let expected = 0
    for (const [i, row] of logits.entries()) {
      const top = Math.max(...row)
      const total = row.reduce((sum, z) => sum + Math.exp(z - top), 0)
      for (const [j, z] of row.entries()) {
        const p = Math.exp(z - top) / total
        expected += ((p - (i === j ? 1 : 0)) * z) / n
      }
    }
    const t = tf.scalar(Math.log(150))
    const ofLog = tf.grad(x => infoNceLoss(q, k, { logitScale: tf.exp(x) }))(t)
    expectClose(ofLog, expected, { relative: 5e-5 })
  })
  it('case 19: with masks and −log q in the logits nothing overflows', () => {
    // Sampled softmax by hand: −log q as a further component, 80 nats apart.
    const q = embeddings([1, 1], 2)
    const keys = embeddings([0, 80, 0, -80, 0, 80], 2)
    const mask = tf.tensor2d([[1, 1, 0]], [1, 3], 'bool')
    const options = { mask, logitScale: 1, normalize: false, positives: [1] }
    expectClose(infoNceLoss(q, keys, options), 160)
  })

  it('is invariant to reordering pairs and keys and to rescaling embeddings (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 2, max: 6 }), (seed, size) => {
        tf.tidy(() => {
          const q = embeddings(normalValues(seed + 10, size * d))
          const k = embeddings(normalValues(seed + 2000, size * d))
          const order = Int32Array.from({ length: size }, (_, i) => (i + 1 + (seed % size)) % size)
          const shuffled = tf.tensor1d(order, 'int32')
          const loss = infoNceLoss(q, k)
          expectClose(infoNceLoss(tf.gather(q, shuffled), tf.gather(k, shuffled)), loss, { relative: 1e-5 })
          const index = Int32Array.from({ length: size }, (_, i) => order.indexOf(i))
          expectClose(infoNceLoss(q, tf.gather(k, shuffled), { positives: index }), loss, { relative: 1e-5 })
          expectClose(infoNceLoss(tf.mul(q, 7), tf.mul(k, 0.01)), loss, { relative: 1e-5 })
        })
      }),
      { seed: 3, numRuns: 20 },
    )
  })
  it('takes an option given as undefined for one not given', () => {
    const [q, k] = [embeddings(queryValues), embeddings(keyValues)]
    const absent = Object.fromEntries(
      ['temperature', 'logitScale', 'positives', 'queue', 'decoupled', 'normalize', 'reduction'].map(name => [
        name,
        undefined,
      ]),
    )
    const mask = { excludeSelf: undefined }
    expectClose(infoNceLoss(q, k, { ...absent, mask }), infoNceLoss(q, k), { absolute: 0, relative: 0 })
    const groups = { queryGroups: [0, 0, 1, 1, 2], keyGroups: [0, 0, 1, 1, 2, 3, 3, 3] }
    expectClose(infoNceLoss(q, k, { positives: groups, mask }), infoNceLoss(q, k, { positives: groups }), {
      absolute: 0,
      relative: 0,
    })
  })
  it('keeps no tensor over 200 steps', () => {
    const q = embeddings(queryValues)
    const queue = embeddings(keyValues)
    const groups = { queryGroups: [0, 0, 1, 1, 2], keyGroups: [0, 0, 1, 1, 2] }
    const mask = { excludeSelf: true } as const
    const step = () =>
      tf.tidy(() => tf.grad(x => infoNceLoss(x as tf.Tensor2D, q, { positives: groups, mask, queue }))(q))
    tf.dispose(step())
    const before = tf.memory().numTensors
    for (let i = 0; i < 200; i++) tf.dispose(step())
    expect(tf.memory().numTensors).toBe(before)
    expectNoLeak(() => infoNceLoss(q, queue))
  })
  it('refuses what does not fit, by name', () => {
    const [q, k] = [embeddings(queryValues), embeddings(keyValues)]
    const index = [0, 1, 2, 3, 4]
    expect(() => infoNceLoss(q, k, { temperature: 0.1, logitScale: 10 })).toThrow(
      /^infoNceLoss: temperature and logitScale exclude each other/,
    )
    expect(() => infoNceLoss(q, k, { temperature: 0 })).toThrow(
      /temperature must be a finite number above 0, got 0/,
    )
    expect(() => infoNceLoss(k, q)).toThrow(/keys must be at least as many as queries \(8\), or positives/)
    expect(() => infoNceLoss(q, embeddings(keyValues, 4))).toThrow(
      /keys must be float32 \[m, 3\], got float32 \[6, 4\]/,
    )
    expect(() => infoNceLoss(q, k, { positives: [0, 1, 2, 3, 8] })).toThrow(
      /positives\[4\] must be an integer from -1 to 7, got 8/,
    )
    expect(() => infoNceLoss(q, k, { positives: [0, 1] })).toThrow(
      /positives must be of length 5, got length 2/,
    )
    expect(() => infoNceLoss(q, k, { positives: index, mask: { excludeSelf: true } })).toThrow(
      /positives must be keys that the mask lets take part, got key 0 for query 0/,
    )
    const mask = tf.tensor2d(new Uint8Array(n * m), [n, m], 'bool')
    expect(() => infoNceLoss(q, k, { mask })).toThrow(/positives must be keys that the mask lets take part/)
    expect(() => infoNceLoss(q, k, { mask: tf.zeros([n, 2], 'bool') as tf.Tensor2D })).toThrow(
      /mask must be bool \[5, 8\], got bool \[5, 2\]/,
    )
    const groups = { queryGroups: index, keyGroups: [0, 1, 2, 3, 4, 5, 6, 7] }
    expect(() => infoNceLoss(q, k, { positives: groups, mask })).toThrow(RangeError)
    // @ts-expect-error no such reduction
    expect(() => infoNceLoss(q, k, { reduction: 'total' })).toThrow(
      /reduction must be 'mean', 'sum' or 'none', got 'total'/,
    )
  })
})
