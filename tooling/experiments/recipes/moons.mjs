import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { key } from '@chiaro/random'
import { densitySets } from '../density-sets.mjs'

/** 20,000 points of two moons; the divergence is the report's held-out log-likelihood from the moons' entropy. */
export const moons = {
  recipe: 'toy-2d',
  title: 'divergence from the moons, nats',
  async measure({ folder, train }) {
    const { draw, entropy } = densitySets.moons
    const values = draw(key(1), 20_000)
    const lines = Array.from({ length: values.length / 2 }, (_, i) => `${values[2 * i]},${values[2 * i + 1]}`)
    await writeFile(join(folder, 'points.csv'), `${['x,y', ...lines].join('\n')}\n`)
    const { logLikelihood, seconds } = await train('density', ['--table', join(folder, 'points.csv')])
    return { figure: -logLikelihood.mean - entropy, ofRows: logLikelihood.standardError, seconds }
  },
}
