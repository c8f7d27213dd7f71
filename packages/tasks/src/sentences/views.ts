import { synonyms, type TextView, wordDropout, wordSwap } from '@chiaro/augment'
import type { RandomKey } from '@chiaro/core'
import type { SpecifiedTokenizer } from '@chiaro/data'
import type { Communicator } from '@chiaro/distributed'
import { foldIn } from '@chiaro/random'
import { partOf } from '../over-ranks.ts'
import type { ViewBatch } from '../representation/model.ts'
import { sampleOrder } from '../representation/sample-order.ts'
import type { TextReader } from '../texts/host-texts.ts'
import type { Texts } from '../texts/texts.ts'
import type { SentenceConfig } from './config.ts'
import { synonymTable } from './synonym-table.ts'

/**
 * How a run changes sentences. One in which no token is left that the tower knows stays as it was.
 */
export function sentenceView({ training }: SentenceConfig, tokenizer: SpecifiedTokenizer): TextView {
  const { change, rate: probability, synonyms: table = '' } = training.views
  const changed = {
    drop: () => wordDropout({ probability }),
    swap: () => wordSwap({ probability }),
    replace: () => synonyms(synonymTable('sentences', table), { probability }),
    // Views are told apart by what the tower drops.
    none: (): TextView => (_, texts) => [...texts],
  }[change]()
  return (key, texts, part) =>
    changed(key, texts, part).map((text, i) => (tokenizer.encode(text).ids.length === 0 ? texts[i] : text))
}

/** The views of each batch of sentences, from a step on: pure in the run's key; of `ranks` each has those of its own. */
export function* sentenceBatches(
  config: SentenceConfig,
  { texts, classes }: Texts,
  tokenizer: SpecifiedTokenizer,
  read: TextReader,
  key: RandomKey,
  firstStep: number,
  ranks?: Communicator,
): Generator<ViewBatch> {
  const { batchSize, views } = config.training
  const view = sentenceView(config, tokenizer)
  const options = { batchSize, key, firstStep, ranks }
  for (const { chosen, own, share, ofStep } of sampleOrder(texts.length, options)) {
    const some = Array.from(own, row => texts[row])
    const part = partOf(share)
    const [first, second, ...more] = Array.from({ length: views.count ?? 2 }, (_, v) =>
      read(v === 0 && !views.changeAll ? some : view(foldIn(ofStep, v), some, part)),
    )
    yield {
      ...{ first, second },
      ...(more.length > 0 && { more }),
      ...(classes !== undefined && { classes: chosen.map(row => classes[row]) }),
      ...(share !== undefined && { share }),
    }
  }
}
