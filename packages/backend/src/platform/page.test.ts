import * as tf from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { useBackend } from '../use-backend.ts'

vi.mock('#platform', () => import('./page.ts'))

it('in a page a card’s backend is used when it is given, and else named with what to write and install', async () => {
  const error = await useBackend('webgpu').catch(error => error)
  expect(error.message).toContain("import { webgpu } from '@chiaro/backend/webgpu', { graphics: [webgpu] }")
  expect(error.message).toContain('npm install @tensorflow/tfjs-backend-webgpu@~4.22.0')
  const { chosen, considered } = await useBackend('auto')
  expect(chosen).toBe('wasm')
  expect(considered[1].reason).toContain('it must be given')
  tf.removeBackend('wasm')
})
