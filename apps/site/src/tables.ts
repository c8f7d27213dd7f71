/** n·Var of σ² by NCE, data N(0, 1), at these ν: derived from Gutmann and Hyvärinen (2012), by quadrature. */
export const noiseTableRatios = [1, 5, 10, 100] as const
export const noiseTable = {
  'N(0, 1)': [4, 2.4, 2.2, 2.02],
  'N(0, 2²)': [2.995, 2.236, 2.122, 2.013],
  'N(1, 1)': [7.205, 3.714, 3.044, 2.163],
  'N(0, .7²)': [12.49, 5.058, 3.901, 2.434],
} as const

/** log K − loss of InfoNCE for Gaussian pairs in 20 dimensions: by the exact critic, and by a learned one of K = 64. */
export const mutualInformation = [2, 4, 6, 8, 10] as const
export const exactCritic = {
  8: [1.269, 1.805, 1.999, 2.059, 2.075],
  512: [1.964, 3.703, 4.952, 5.699, 6.047],
} as const
export const learnedCritic = [1.805, 3.059, 3.733, 4.017, 4.108] as const
