import * as tf from '@tensorflow/tfjs-core'

/** A shader of ours, in the terms of tfjs's WebGPU backend. */
export interface GpuProgram {
  /** Names the shader in tfjs's cache: whatever changes the code is part of it. */
  readonly key: string
  /** Each is `var<storage, read> name : array<…>` in the code, of its tensor's type; a bool is an i32. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>
  /** Of the result, `var<storage, read_write> result : array<f32>`. */
  readonly shape: readonly number[]
  /** Numbers of the code's `uniforms.name`: i32, or f32 where they are given as such. */
  readonly integers?: Readonly<Record<string, number>>
  readonly floats?: Readonly<Record<string, number>>
  readonly workgroupSize: number
  /** Workgroups along x and y. */
  readonly workgroups: readonly [number, number]
  /** WGSL with `fn main(index : i32)`. */
  readonly code: string
}

/** What we use of tfjs's WebGPU backend. */
export interface GpuBackend {
  runWebGPUProgram(
    program: object,
    inputs: readonly tf.TensorInfo[],
    dtype: 'float32',
    uniforms: readonly { type: 'int32' | 'float32'; data: number[] }[],
  ): tf.TensorInfo
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.TypedArray): tf.TensorInfo
  disposeData(dataId: object): boolean
}

/** Runs a shader; the result is float32. */
export function runProgram(backend: GpuBackend, program: GpuProgram): tf.TensorInfo {
  const { key, inputs, shape, integers = {}, floats = {}, workgroupSize, workgroups, code } = program
  const uniforms = [
    ...Object.entries(integers).map(([name, value]) => ({ name, type: 'int32' as const, value })),
    ...Object.entries(floats).map(([name, value]) => ({ name, type: 'float32' as const, value })),
  ]
  const wgslTypes = { int32: 'i32', float32: 'f32' }
  return backend.runWebGPUProgram(
    {
      variableNames: Object.keys(inputs),
      outputShape: [...shape],
      workgroupSize: [workgroupSize, 1, 1],
      dispatchLayout: { x: shape.map((_, axis) => axis) },
      dispatch: [...workgroups, 1],
      shaderKey: `chiaro_${key}`,
      uniforms: uniforms.map(({ name, type }) => `${name} : ${wgslTypes[type]},`).join(' '),
      getUserCode: () => code,
    },
    Object.values(inputs),
    'float32',
    uniforms.map(({ type, value }) => ({ type, data: [value] })),
  )
}

/** Invocations of a shader that makes one element each. */
const elementwiseSize = 128
/** Every device takes as many workgroups along one axis. */
const mostWorkgroups = 65_535

/** Runs a shader whose main(index) makes `result[index]`, for each element of `shape`; `uniforms.count` of them. */
export function runElementwise(
  backend: GpuBackend,
  { key, inputs, shape, integers, floats, code }: Omit<GpuProgram, 'workgroupSize' | 'workgroups'>,
): tf.TensorInfo {
  const count = tf.util.sizeFromShape([...shape])
  const groups = Math.ceil(count / elementwiseSize)
  const across = Math.min(groups, mostWorkgroups)
  return runProgram(backend, {
    key,
    inputs,
    shape,
    integers: { ...integers, count },
    floats,
    workgroupSize: elementwiseSize,
    workgroups: [across, Math.ceil(groups / across)],
    code,
  })
}

/** Runs a kernel that tfjs registered for WebGPU, with one result. */
export function runStock(
  kernelName: string,
  backend: GpuBackend,
  inputs: object,
  attrs: object = {},
): tf.TensorInfo {
  const kernel = tf.getKernel(kernelName, 'webgpu')
  return kernel!.kernelFunc({
    inputs: inputs as tf.NamedTensorInfoMap,
    attrs: attrs as tf.NamedAttrMap,
    backend,
  }) as tf.TensorInfo
}
