import { expect, it } from 'vitest'
import { refuseMisfits } from './misfits.ts'

const [x, site, three] = [
  { name: 'x', kind: 'numeric', start: 0, width: 1 },
  { name: 'site', kind: 'categorical', start: 1, width: 2 },
  { name: 'size', kind: 'categorical', start: 3, width: 3 },
] as const
const given = { objective: 'binary-nce', energy: 'tilt', noise: 'gaussian' } as const
const strays =
  'needs columns of numbers, since between categories there is nothing, got "site" of 2 categories'

it.each([
  [{ energy: 'gaussian' }, [x, site], 'energy gaussian needs columns of numbers, got "site" of 2 categories'],
  [{ energy: 'ica' }, [three], 'energy ica needs columns of numbers, got "size" of 3 categories'],
  [{ energy: 'boltzmann' }, [x], 'energy boltzmann needs columns of two categories each, got "x" of numbers'],
  [
    { energy: 'boltzmann' },
    [site, three],
    'energy boltzmann needs columns of two categories each, got "size" of 3 categories',
  ],
  [{ objective: 'cd' }, [x, site], `objective cd ${strays}`],
  [{ objective: 'score-matching' }, [x, site], `objective score-matching ${strays}`],
  [{ objective: 'conditional-nce' }, [x, site], `objective conditional-nce ${strays}`],
  [{ objective: 'denoising', energy: 'boltzmann' }, [site], `objective denoising ${strays}`],
  [
    { objective: 'sliced', energy: 'ica' },
    [x],
    'objective sliced needs second derivatives everywhere, which energy ica has not',
  ],
  [
    { objective: 'telescoping', energy: 'network' },
    [x],
    'objective telescoping needs energy tilt, whose parts are its log ratios, got network',
  ],
  [
    { noise: 'uniform', energy: 'gaussian' },
    [x],
    'noise uniform needs energy tilt, which ends where its box does, got energy gaussian',
  ],
  [
    { noise: 'uniform', objective: 'cd' },
    [x],
    'noise uniform does not serve here: with energy tilt log p is −∞ outside its box, where objective cd looks',
  ],
] as const)('refuses %j of some columns', (settings, blocks, message) => {
  expect(() => refuseMisfits({ ...given, ...settings }, blocks)).toThrow(`density: ${message}`)
})

it.each([
  [{}, [x, three]],
  [{ objective: 'ranking-nce', energy: 'network' }, [x, site]],
  [{ objective: 'cd', energy: 'boltzmann' }, [site]],
  [{ objective: 'pcd', energy: 'ica' }, [x]],
  [{ objective: 'telescoping', noise: 'uniform' }, [x]],
  [{ objective: 'telescoping' }, [x, three]],
  [{ objective: 'ence', noise: 'uniform' }, [x]],
] as const)('takes %j', (settings, blocks) => {
  expect(() => refuseMisfits({ ...given, ...settings }, blocks)).not.toThrow()
})
