// What a card can do at most in float32, by WebGPU: multiply and add in registers, go over memory once.
import * as tf from '@tensorflow/tfjs-core'

const workgroupSize = 256
/** Vectors of four: eight hide how long one operation takes. */
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

const programOf = (rounds, invocations) => ({
  variableNames: [],
  outputShape: [invocations],
  workgroupSize: [workgroupSize, 1, 1],
  dispatchLayout: { x: [0] },
  dispatch: [invocations / workgroupSize, 1, 1],
  shaderKey: `bench_multiply_add_${rounds}`,
  uniforms: 'factor : f32,',
  getUserCode: () => `
    fn main(index : i32) {
      let x = vec4<f32>(uniforms.factor);
      ${names.map((name, i) => `var ${name} = vec4<f32>(f32(index + ${i}));`).join('\n      ')}
      for (var i = 0; i < ${rounds}; i++) {
        ${names.map(name => `${name} = fma(${name}, x, x);`).join('\n        ')}
      }
      let sum = ${names.join(' + ')};
      result[index] = sum.x + sum.y + sum.z + sum.w;
    }`,
})

/** 64 operations a round and invocation: two of each number in eight vectors of four. */
export function multiplyAdd(rounds, invocations) {
  const backend = tf.backend()
  const program = programOf(rounds, invocations)
  const uniforms = [{ type: 'float32', data: [0.5] }]
  return {
    step: () => backend.disposeData(backend.runWebGPUProgram(program, [], 'float32', uniforms).dataId),
  }
}

/** Reads and writes as many bytes. */
export function copy(bytes) {
  const x = tf.zeros([bytes / 4])
  return { step: () => tf.dispose(tf.neg(x)), dispose: () => x.dispose() }
}
