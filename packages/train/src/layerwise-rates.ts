import { checkNumber } from '@chiaro/core'
import type { RateFactor } from './optimizer.ts'

const numbered = /(?:^|\/)(?:block|stage|layer)(\d+)\//
const last = /(?:^|\/)(?:head|norm)\//

/**
 * Layer-wise decay of the learning rate (Clark et al. 2020, ELECTRA; as BEiT and open_clip fine-tune): with L layers,
 * layer l learns at decay^(L + 1 − l) of the rate, so that what was learned first changes least. A parameter's layer is in
 * its name: "block3/mlp/hidden/kernel" is of layer 3, and so are those of "stage3/" and "layer3/"; a head, and the norm behind
 * the layers, are of L + 1, at the full rate; what stands before the layers (embeddings, patches, positions) is of 0.
 * In a model without layers all learn at the full rate.
 *
 * @param names of one model's parameters, or one tower's: "image/block3/…" serves too
 * @returns the factor of a name; 1 for one that is not among them
 * @throws RangeError unless 0 < decay ≤ 1
 *
 * @example
 * ```ts
 * import { layerwiseRates } from '@chiaro/train'
 *
 * const names = ['patch/kernel', 'block1/mlp/kernel', 'block2/mlp/kernel', 'head/kernel']
 * const rateFactor = layerwiseRates(names, 0.5) // for `fit`
 * console.log(names.map(rateFactor)) // 0.125, 0.25, 0.5, 1
 * ```
 */
export function layerwiseRates(names: readonly string[], decay: number): RateFactor {
  checkNumber('layerwiseRates', { decay }, { above: 0, most: 1 })
  const layers = names.map(name => Number(numbered.exec(name)?.[1] ?? 0))
  const depth = layers.reduce((most, layer) => Math.max(most, layer), 0)
  const factors = new Map(
    names.map((name, i) => {
      const layer = layers[i] === 0 && (depth === 0 || last.test(name)) ? depth + 1 : layers[i]
      return [name, decay ** (depth + 1 - layer)]
    }),
  )
  return name => factors.get(name) ?? 1
}
