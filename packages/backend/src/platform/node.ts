import { webgl } from '../backends/webgl.ts'
import { webgpu } from '../backends/webgpu.ts'
import type { Platform } from './platform.ts'

/** By a name that no bundler follows: what is not installed must not fail a build that never asks for it. */
const load = (name: string) => import(/* webpackIgnore: true */ /* @vite-ignore */ name)

export const platform: Platform = {
  graphics: [
    { ...webgpu, load: () => load('@chiaro/backend-webgpu') },
    { ...webgl, load: () => load('@chiaro/backend-webgl') },
  ],
  v8: process.versions.v8,
  setFlag: async flag => {
    const { setFlagsFromString } = await import('node:v8')
    setFlagsFromString(flag)
  },
}
