import { webglBy } from '../backends/webgl.ts'
import { webgpuBy } from '../backends/webgpu.ts'
import type { Platform } from './platform.ts'

/** By a name that no bundler follows: what is not installed must not fail a build that never asks for it. */
const load = (name: string) => import(/* webpackIgnore: true */ /* @vite-ignore */ name)

export const platform: Platform = {
  graphics: [webgpuBy(() => load('@chiaro/backend-webgpu')), webglBy(() => load('@chiaro/backend-webgl'))],
  v8: process.versions.v8,
  setFlag: async flag => {
    const { setFlagsFromString } = await import('node:v8')
    setFlagsFromString(flag)
  },
}
