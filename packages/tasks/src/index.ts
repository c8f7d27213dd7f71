export type { Backbone } from './clip/backbone.ts'
export { type ClipBatch, clipBatches } from './clip/batches.ts'
export { clip, type RankedPicture, type TrainedClip } from './clip/clip.ts'
export type { ClipConfig } from './clip/config.ts'
export { type ClipModel, embedClipImages, embedClipTexts } from './clip/model.ts'
export { distinctTexts, type Pairs, pairsOf } from './clip/pairs.ts'
export type { PretrainedClip } from './clip/pretrained.ts'
export { meanRecall, retrieval } from './clip/retrieval.ts'
export type { ClipSettings } from './clip/settings.ts'
export type { DensityConfig } from './density/config.ts'
export {
  density,
  type TrainedDensity,
} from './density/density.ts'
export type { DensityModel } from './density/model.ts'
export type { DensityReport } from './density/report.ts'
export { anomalyRanks } from './density/score.ts'
export { newRun } from './new-run.ts'
export { openModel, runKey, useWeights } from './open-model.ts'
export { checkOverRanks, partOf, type Share, shareOf } from './over-ranks.ts'
export { type Features, featuresOf, overPictures } from './pictures/picture-blocks.ts'
export {
  type PictureRows,
  type PictureShape,
  type Pictures,
  pickPictures,
  picturesOf,
  withClasses,
} from './pictures/pictures.ts'
export { type FollowingChains, followingChains } from './plane-density/chains.ts'
export {
  type LivePlaneSettings,
  type PlaneConfig,
  planeSettingsOf,
  withPlaneSettings,
} from './plane-density/config.ts'
export { planeLearningRates } from './plane-density/learning-rates.ts'
export { type PlaneDensity, type PlaneLossOptions, planeLoss } from './plane-density/loss.ts'
export { type PlaneModel, withLogPartition } from './plane-density/model.ts'
export { indifferentPlaneLoss, learnsLogPartition, usesNoise } from './plane-density/objective.ts'
export { planeDensity } from './plane-density/plane-density.ts'
export { type PlanePoints, planePoints } from './plane-density/points.ts'
export type { PlaneSettings } from './plane-density/settings.ts'
export { type Geometry, type GeometryOptions, geometryOf, geometryOfRows } from './probes/geometry.ts'
export {
  type FewLabelResult,
  type Labelled,
  maximumIterations,
  type Probe,
  type ProbeResult,
  type ProbeSettings,
  probeAll,
  probeFew,
  probes,
} from './probes/probe.ts'
export { type Program, type ProgramFace, type ProgramOptions, type ProgramRun, programOf } from './program.ts'
export type { Recipe } from './recipes/recipe.ts'
export { recipeId, recipes } from './recipes/recipes.ts'
export { withRecipe } from './recipes/with-recipe.ts'
export type { GivenColumns, GivenRows } from './rows/given-rows.ts'
export type { LabelledTable } from './rows/labelled-table.ts'
export type { ScarfConfig } from './scarf/config.ts'
export { type ScarfModel, scarf, type TrainedScarf } from './scarf/scarf.ts'
export type { ScarfSettings } from './scarf/settings.ts'
export type { SentenceConfig } from './sentences/config.ts'
export type { SentenceModel } from './sentences/model.ts'
export { sentences, type TrainedSentences } from './sentences/sentences.ts'
export type { SentenceSettings } from './sentences/settings.ts'
export { describeSettings, type SettingDescription } from './settings/describe-settings.ts'
export { readSettings, type SettingsSchema } from './settings/read-settings.ts'
export {
  choice,
  flag,
  integer,
  integers,
  kept,
  keptAll,
  number,
  type Range,
  text,
  texts,
} from './settings/setting.ts'
export {
  informationInWords,
  lossWindow,
  type MutualInformationReport,
  shownInformation,
} from './shown-information.ts'
export type { SimclrConfig } from './simclr/config.ts'
export type { SimclrModel } from './simclr/model.ts'
export type { SimclrSettings } from './simclr/settings.ts'
export { simclr, type TrainedSimclr } from './simclr/simclr.ts'
export { type SimclrBatch, simclrOrder, simclrView, simclrViewsAt } from './simclr/views.ts'
export {
  type Abilities,
  type AnyTask,
  asAnyTask,
  type ColumnKinds,
  type DataKind,
  type DataKinds,
  type Foreign,
  type NotOverRanks,
  type SampleOptions,
  type Samples,
  type Scores,
  type Task,
  type TaskFit,
  type TaskModel,
  type TaskReport,
} from './task.ts'
export { taskNamed, tasks, tasksThatCan } from './tasks.ts'
export { copyTokenWeights } from './texts/host-texts.ts'
export type { Texts } from './texts/texts.ts'
export { type TrainingOutcome, type TrainModelOptions, trainModel } from './train-model.ts'
