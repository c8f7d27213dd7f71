export type { Activation } from './activation.ts'
export { type BilinearCriticOptions, bilinearCritic } from './bilinear-critic.ts'
export { type CategoricalEnergyOptions, categoricalEnergy } from './categorical-energy.ts'
export { type ConvEnergyOptions, convEnergy } from './conv-energy.ts'
export { type DensityModelOptions, densityModel, normalizedModel } from './density-model.ts'
export { energyFromFunction } from './energy-from-function.ts'
export { energyFromLayersModel, type LayersEnergyModelLike } from './energy-from-layers-model.ts'
export type { ExactEnergyModel } from './exact-energy-model.ts'
export { type GaussianEnergy, type GaussianEnergyOptions, gaussianEnergy } from './gaussian-energy.ts'
export { type IcaEnergyOptions, icaEnergy } from './ica-energy.ts'
export { type MixtureEnergyOptions, mixtureEnergy } from './mixture-energy.ts'
export { type MlpEnergyOptions, mlpEnergy } from './mlp-energy.ts'
export { productOfExperts } from './product-of-experts.ts'
export {
  type RestrictedBoltzmannEnergy,
  type RestrictedBoltzmannOptions,
  restrictedBoltzmannEnergy,
} from './restricted-boltzmann-energy.ts'
export { type SeparableCriticOptions, separableCritic } from './separable-critic.ts'
export { type StudentTExpertsOptions, studentTExperts } from './student-t-experts.ts'
export { type BaseDensity, tiltedEnergy } from './tilted-energy.ts'
