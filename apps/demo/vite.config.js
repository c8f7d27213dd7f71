// The page is built from the packages' sources, so that it needs no other build first. The two headers make it
// cross-origin isolated: only such pages may share memory between threads.
import { defaultClientConditions } from 'vite'

const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default {
  base: './',
  resolve: { conditions: ['@chiaro/source', ...defaultClientConditions] },
  build: { target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1500 },
  worker: { format: 'es' },
  server: { headers },
  preview: { headers },
}
