import type * as tf from '@tensorflow/tfjs-core'
import { fusedDenseGradient } from '../fused-dense.ts'
import { activations } from './activations.ts'
import { arithmetic } from './arithmetic.ts'
import { convolutions } from './convolutions.ts'
import { einsum } from './einsum.ts'
import { elementaryFunctions } from './elementary-functions.ts'
import { gathering } from './gathering.ts'
import { images } from './images.ts'
import { matMul } from './mat-mul.ts'
import { normalization } from './normalization.ts'
import { piecewiseConstant } from './piecewise-constant.ts'
import { pooling } from './pooling.ts'
import { products } from './products.ts'
import { reductions } from './reductions.ts'
import { shapes } from './shapes.ts'
import { slices } from './slices.ts'

/** Every gradient this package registers: all that tfjs has, corrected, and those it lacks. */
export const allGradients: readonly tf.GradConfig[] = [
  ...arithmetic,
  ...elementaryFunctions,
  ...activations,
  ...piecewiseConstant,
  ...reductions,
  ...products,
  ...shapes,
  ...slices,
  ...gathering,
  matMul,
  fusedDenseGradient,
  einsum,
  ...convolutions,
  ...pooling,
  ...images,
  ...normalization,
]
