import type { NoiseFigures } from './noise-adequacy.ts'

/**
 * - adequate: hard enough to learn from, and covering the data;
 * - tooNarrow: data lie where noise hardly comes;
 * - tooWide: most noise lies where there are no data;
 * - misplaced: both: it lies elsewhere, or has another shape;
 * - indistinguishable: the model does not tell noise from data.
 */
export type NoiseVerdict = 'adequate' | 'tooNarrow' | 'tooWide' | 'misplaced' | 'indistinguishable'

/** Above it noise is told apart too easily: a shift of 2.3 deviations. */
const easyAuc = 0.95
/** Above it, this share of data rows without noise near is no accident. */
const mostUnreached = 0.05
/** Below it, a few noise rows do the work of all. */
const leastRelativeSize = 0.05
/** Below it nothing is told apart. */
const blindAuc = 0.52
/** Beyond these shares of the two divergences' sum, one of them is the cause. */
const [narrowShare, wideShare] = [0.6, 0.4]
/** |log mean weight| above which, its error apart, the log ratios can't be those of normalised densities. */
const wrongNormaliser = 0.2

/**
 * The verdict. Widths show in the two divergences: for noise narrower than the data KL(data ‖ noise) is the larger, for wider
 * noise KL(noise ‖ data), and a mere shift leaves them alike.
 */
export function verdictOn(figures: NoiseFigures): NoiseVerdict {
  const { auc, unreachedData, relativeEffectiveSampleSize } = figures
  if (auc < blindAuc) return 'indistinguishable'
  const poor =
    auc > easyAuc || unreachedData > mostUnreached || relativeEffectiveSampleSize < leastRelativeSize
  if (!poor) return 'adequate'
  const ofData = Math.max(0, figures.divergenceOfData)
  const ofNoise = Math.max(0, figures.divergenceOfNoise)
  if (ofNoise === Number.POSITIVE_INFINITY) return ofData === ofNoise ? 'misplaced' : 'tooWide'
  if (ofData === Number.POSITIVE_INFINITY) return 'tooNarrow'
  const share = ofData + ofNoise === 0 ? 0.5 : ofData / (ofData + ofNoise)
  return share > narrowShare ? 'tooNarrow' : share < wideShare ? 'tooWide' : 'misplaced'
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`

const sentences: Readonly<Record<NoiseVerdict, (figures: NoiseFigures) => string>> = {
  adequate: ({ auc }) =>
    `The noise serves: hard to tell from the data (AUC ${auc.toFixed(2)}), and near all of it.`,
  tooNarrow: ({ unreachedData }) =>
    `The noise is too narrow: it hardly reaches ${percent(unreachedData)} of the data rows. ` +
    'Widen it (inflation above 1), or take heavier tails (Student t).',
  tooWide: ({ wastedNoise }) =>
    `The noise is too wide: ${percent(wastedNoise)} of its rows lie where there are hardly any data. ` +
    'Fit it closer (a full covariance, a mixture, a kernel density), or raise the noise ratio.',
  misplaced: ({ auc }) =>
    `The noise lies elsewhere than the data (AUC ${auc.toFixed(2)}), in place or in shape. ` +
    'Fit it to the data, take a mixture or a kernel density, or bridge the gap by telescoping.',
  indistinguishable: ({ auc }) =>
    `The model does not tell the noise from the data (AUC ${auc.toFixed(2)}): ` +
    'either the noise is already the density, or nothing was learned.',
}

/** What to change, in plain sentences. */
export function adviceOn(verdict: NoiseVerdict, figures: NoiseFigures): string[] {
  const advice = [sentences[verdict](figures)]
  const { effectiveSampleSize, relativeEffectiveSampleSize, logMeanWeight } = figures
  if (relativeEffectiveSampleSize < leastRelativeSize) {
    advice.push(
      `Only ${effectiveSampleSize.toFixed(0)} noise rows (${percent(relativeEffectiveSampleSize)}) carry weight: ` +
        'an importance estimate of log Z by this noise is not to be trusted.',
    )
  } else if (Math.abs(logMeanWeight) > wrongNormaliser + 4 / Math.sqrt(effectiveSampleSize)) {
    // Its standard error is about 1/√size; with few rows of weight even that is unknown, and the sentence above is said.
    advice.push(
      `The mean weight over noise is exp(${logMeanWeight.toFixed(2)}), not 1: log Z or the model is not right yet.`,
    )
  }
  return advice
}
