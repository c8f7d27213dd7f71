// Milliseconds of each random view for 256 pictures: node tooling/bench/views.mjs [threads], after npm run build.
import * as augment from '@chiaro/augment'
import { useBackend } from '@chiaro/backend'
import { foldIn, key, uniform } from '@chiaro/random'

await useBackend('wasm', { threads: Number(process.argv[2] ?? 1) })
const jitter = { brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2, probability: 0.8 }
const views = size => ({
  simclrViews: augment.simclrViews({ size }),
  mocoV2Views: augment.mocoV2Views({ size }),
  randAugmentViews: augment.randAugmentViews({ size }),
  clipViews: augment.clipViews({ size }),
  randomResizedCrop: augment.randomResizedCrop({ size: [size, size], flip: 0.5 }),
  randomCrop: augment.randomCrop({ size: [size, size] }),
  randomAffine: augment.randomAffine({ degrees: 20, zoom: 0.2 }),
  randomRotation: augment.randomRotation({ degrees: 20 }),
  randomHorizontalFlip: augment.randomHorizontalFlip(),
  colorJitter: augment.colorJitter(jitter),
  randomGreyscale: augment.randomGreyscale(),
  randomSolarize: augment.randomSolarize(),
  randomGamma: augment.randomGamma(),
  randAugment: augment.randAugment(),
  randomGaussianBlur: augment.randomGaussianBlur({ kernelSize: 3 }),
  cutout: augment.cutout({ size: 8 }),
  randomErasing: augment.randomErasing(),
  gaussianNoise: augment.gaussianNoise(),
  ...(size === 32 && {
    linearColorJitter: augment.linearColorJitter({
      brightness: 0.2,
      contrast: 0.2,
      saturation: 0.2,
      hue: 0.1,
    }),
    normalize: augment.normalize(augment.imagenetMoments),
  }),
})

for (const [size, channels] of [
  [28, 1],
  [32, 3],
]) {
  console.log(`\n256 pictures of ${size}×${size}×${channels}: median and fastest of 25, milliseconds`)
  const pictures = uniform(key(1), [256, size, size, channels])
  for (const [name, view] of Object.entries(views(size))) {
    const times = []
    for (let i = -5; i < 25; i++) {
      const start = performance.now()
      view(foldIn(key(2), i + 5), pictures).dispose()
      if (i >= 0) times.push(performance.now() - start)
    }
    times.sort((a, b) => a - b)
    console.log(`${name.padEnd(22)} ${times[12].toFixed(2).padStart(7)} ${times[0].toFixed(2).padStart(7)}`)
  }
}
process.exit()
