import * as tf from '@tensorflow/tfjs-core'
import type { Backend } from '../backend.ts'

/** tfjs's own, in plain JavaScript. */
export const cpu: Backend = {
  name: 'cpu',
  install: '@tensorflow/tfjs-backend-cpu@~4.22.0',
  load: () => import('@tensorflow/tfjs-backend-cpu'),
  probe: () => {
    // With its first tensor it says that it is slow: whoever chose it need not be told.
    const before = tf.env().getBool('IS_TEST')
    tf.env().set('IS_TEST', true)
    try {
      tf.dispose(tf.scalar(0))
    } finally {
      tf.env().set('IS_TEST', before)
    }
    return undefined
  },
}
