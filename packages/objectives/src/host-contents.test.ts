import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { contentsAreOnHost, hostContents } from './host-contents.ts'

describeBackends('the contents of tensors', backend => {
  const onHost = backend === 'cpu' || backend === 'wasm'
  it('are looked at where they lie on the host, and never on a graphics card', () => {
    expect(contentsAreOnHost()).toBe(onHost)
    expect(hostContents(tf.tensor1d([2, 0], 'int32'))).toEqual(onHost ? Int32Array.of(2, 0) : undefined)
    expect(hostContents([2, 0])).toEqual([2, 0])
  })
})
