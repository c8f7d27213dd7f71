import { ChiaroError } from '@chiaro/core'
import { expect, it } from 'vitest'
import { loadBackend } from './load-backend.ts'

it('says how to install what is missing', async () => {
  const load = () => Promise.reject(new Error("Cannot find package '@tensorflow/tfjs-backend-webgl'"))
  const missing = { name: 'webgl' as const, install: '@tensorflow/tfjs-backend-webgl@~4.22.0', load }
  const error = await loadBackend(missing).catch(error => error)
  expect(error).toBeInstanceOf(ChiaroError)
  expect(error.code).toBe('backend')
  expect(error.message).toContain('npm install @tensorflow/tfjs-backend-webgl@~4.22.0')
})
