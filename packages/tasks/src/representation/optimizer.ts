import { adamW, lars, type Optimizer, sgd } from '@chiaro/train'

/** Which optimiser, and how it decays weights. */
export interface ChosenOptimizer {
  readonly optimizer: 'adamw' | 'lars' | 'sgd'
  readonly weightDecay: number
}

export function optimizerOf({ optimizer, weightDecay }: ChosenOptimizer): Optimizer {
  switch (optimizer) {
    case 'adamw':
      return adamW({ weightDecay })
    case 'lars':
      return lars({ weightDecay })
    case 'sgd':
      return sgd({ momentum: 0.9, weightDecay })
  }
}
