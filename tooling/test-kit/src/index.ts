export { type BackendMatrixOptions, type BackendName, describeBackends, useTestBackend } from './backends.ts'
export { expectDirectionalGradients } from './directional-gradients.ts'
export { type CloseOptions, expectClose, type Numbers } from './expect-close.ts'
export { withLeapingClock } from './leaping-clock.ts'
export { newtonMinimum } from './newton-minimum.ts'
export {
  type NumericalGradientOptions,
  numericalGradient,
  tensorNumericalGradient,
} from './numerical-gradient.ts'
export { type ParameterSlope, parameterSlopes } from './parameter-slopes.ts'
export { bmp, type TiffTag, tiff } from './picture-bytes.ts'
export { normalValues, uniformValues } from './sample-values.ts'
export { secondDerivative } from './second-derivative.ts'
export { type ShapeScene, sceneSize, sceneWords, shapeScene } from './shape-scenes.ts'
export { expectWithin, meanOf } from './statistics.ts'
export { expectNoLeak } from './tensor-leaks.ts'
