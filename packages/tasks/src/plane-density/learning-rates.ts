/** What a fresh run of each energy learns well with: numbers alone, so that a page that shows them loads nothing else. */
export const planeLearningRates = { network: 0.003, gaussian: 0.02, mixture: 0.02 } as const
