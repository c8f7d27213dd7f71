import { emojiClip } from './emoji-clip.ts'
import { fashionSimclr } from './fashion-simclr.ts'
import { photosSmall } from './photos-small.ts'
import type { Recipe } from './recipe.ts'
import { sensorDensity } from './sensor-density.ts'
import { toy2d } from './toy-2d.ts'

/** Every recipe. A new one is a file here, and a line. */
export const recipes: readonly Recipe[] = [emojiClip, fashionSimclr, photosSmall, sensorDensity, toy2d]

/** "toy-2d@1", as `run.json` keeps it. */
export const recipeId = ({ name, version }: Pick<Recipe, 'name' | 'version'>) => `${name}@${version}`
