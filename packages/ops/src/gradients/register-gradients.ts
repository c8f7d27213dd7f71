// Importing this file registers every gradient, ours in place of tfjs's; it is listed under "sideEffects".
import * as tf from '@tensorflow/tfjs-core'
import { allGradients } from './all-gradients.ts'
import { guardGradients } from './gradient-guard.ts'

for (const gradient of allGradients) {
  // Replacing without this would warn in tfjs's debug mode.
  if (tf.getGradient(gradient.kernelName) !== undefined) tf.unregisterGradient(gradient.kernelName)
  tf.registerGradient(gradient)
}
guardGradients()
