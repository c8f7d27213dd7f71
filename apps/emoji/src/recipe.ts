import { keywordSeparator } from './tasks.ts'

/**
 * What `npm start` tells `chiaro train clip` beyond its defaults, found by the comparison under
 * tooling/experiments. A low fixed logit scale, real weight decay and a slow text tower are what generalise to
 * concepts never seen; learning the scale raises it until the training pairs are told apart by heart. The steps are 21
 * epochs.
 */
export const trainingArguments: readonly string[] = [
  ...['--image-size', '32', '--widths', '48,96,192', '--embedding', '512'],
  ...['--image-mean', '0.75', '--image-deviation', '0.3'],
  ...['--keyword-separator', keywordSeparator, '--keyword-weight', '0.5'],
  ...['--steps', '640', '--batch-size', '256', '--warmup-steps', '40'],
  ...['--learning-rate', '0.003', '--weight-decay', '2'],
  ...['--text-learning-rate', '0.0006', '--text-weight-decay', '1'],
  ...['--logit-scale', '10', '--fixed-logit-scale', '--average-decay', '0'],
]
