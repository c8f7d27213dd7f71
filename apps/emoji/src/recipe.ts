import { keywordSeparator } from './tasks.ts'

/** What `npm start` tells `chiaro train clip` beside where the pairs are: the recipe, and what these pairs are made with. */
export const trainingArguments: readonly string[] = [
  ...['--recipe', 'emoji-clip', '--image-size', '32', '--keyword-separator', keywordSeparator],
  // 21 epochs of the drawings of five vendors.
  ...['--steps', '640'],
]
