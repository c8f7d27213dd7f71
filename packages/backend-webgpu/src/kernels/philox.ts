import { PhiloxUniform, type PhiloxUniformAttributes } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { type GpuBackend, runElementwise, runStock } from '../gpu-program.ts'
import type { GpuKernel } from '../register.ts'

/** Salmon, Moraes, Dror and Shaw 2011. WGSL has no product of 64 bits: the upper half is made of halves of 16. */
const code = `
  fn multiplyHigh(a : u32, b : u32) -> u32 {
    let aLow = a & 0xffffu;
    let aHigh = a >> 16u;
    let bLow = b & 0xffffu;
    let bHigh = b >> 16u;
    let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
    let carry = aLow * bHigh + (middle & 0xffffu);
    return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
  }
  fn philox(block : u32, firstKey : u32, secondKey : u32) -> vec4<u32> {
    var counter = vec4<u32>(block, 0u, 0u, 0u);
    var key = vec2<u32>(firstKey, secondKey);
    for (var round = 0; round < 10; round++) {
      let high = vec2<u32>(multiplyHigh(0xd2511f53u, counter.x), multiplyHigh(0xcd9e8d57u, counter.z));
      let low = vec2<u32>(0xd2511f53u * counter.x, 0xcd9e8d57u * counter.z);
      counter = vec4<u32>(high.y ^ counter.y ^ key.x, low.y, high.x ^ counter.w ^ key.y, low.x);
      key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
    }
    return counter;
  }
  fn main(index : i32) {
    if (index >= uniforms.count) { return; }
    let words = philox(u32(index) >> 2u, bitcast<u32>(uniforms.low), bitcast<u32>(uniforms.high));
    result[index] = f32(words[u32(index) & 3u] >> 8u) * 0x1p-24;
  }`

/** `change` of a result that nothing else needs. */
function replaced(backend: GpuBackend, kernelName: string, x: tf.TensorInfo, scalar: number): tf.TensorInfo {
  const b = backend.makeTensorInfo([], 'float32', Float32Array.of(scalar))
  const result = runStock(kernelName, backend, { a: x, b })
  for (const { dataId } of [x, b]) backend.disposeData(dataId)
  return result
}

/** Product and sum are passes of their own: within one shader they might be contracted to a single rounding. */
export const philoxUniform: GpuKernel = {
  op: PhiloxUniform,
  kernel: (backend, _, attributes) => {
    const { shape, words, minimum, width } = attributes as unknown as PhiloxUniformAttributes
    const integers = { low: words[0] | 0, high: words[1] | 0 }
    let y = runElementwise(backend, { key: 'philoxUniform', inputs: {}, shape, integers, code })
    if (width !== 1) y = replaced(backend, tf.Multiply, y, width)
    if (minimum !== 0) y = replaced(backend, tf.Add, y, minimum)
    return [y]
  },
}
