import { ntXentLoss } from '@chiaro/objectives'
import { batchNormTraining } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { smallConvNet, tensorMakers } from '../tensors.mjs'
import { trained } from './trained.mjs'

const { tensor } = tensorMakers(tf)

/** SimCLR on two views of `rows` grey pictures of 28². */
export function simclrStep(rows) {
  const { parameters, embed } = smallConvNet(
    tf,
    tensor,
    (y, gain, offset) => batchNormTraining(y, gain, offset, { activation: 'relu' }).y,
  )
  const views = tensor([2 * rows, 28, 28, 1], 3)
  const loss = x => ntXentLoss(embed(x), { views: 2, temperature: 0.5 })
  return trained(parameters, loss, () => tf.clone(views), false)
}
